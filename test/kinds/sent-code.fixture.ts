import type { JsonObject } from '../../src/core/model.ts';
import { type Asked, otherDigits, present, type SoftDevice } from './kind-under-test.fixture.ts';

/** Somebody who reads a code that was sent to him and types it in. */
export function readsCodes(options: JsonObject): SoftDevice {
  const seen: string[] = [];
  const codeOf = ({ message }: Asked): string => {
    const code = present(message?.values['code'], 'code in a message');
    seen.push(code);
    return code;
  };
  return {
    options,
    confirm: (asked) => ({ code: codeOf(asked) }),
    answer: (asked) => ({ code: codeOf(asked) }),
    wrong(asked, number) {
      const code = codeOf(asked);
      return { code: otherDigits([...seen], code.length, number) };
    },
    forgeries: (asked) => ({ 'the right code and one digit more': { code: `${codeOf(asked)}0` } }),
    // Shorter codes could stand anywhere by chance.
    secrets: () => seen.filter((code) => code.length >= 10),
  };
}
