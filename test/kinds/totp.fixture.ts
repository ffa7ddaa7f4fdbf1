import { decodeBase32, totp as totpCode } from '../../src/otp/index.ts';
import { type Asked, type KindUnderTest, otherDigits, present } from './kind-under-test.fixture.ts';

const step = 30_000;

/** An authenticator app. */
export const totp: KindUnderTest = {
  title: 'totp',
  kind: 'totp',
  answers: 'code',
  verifies: true,
  // So many that none is right by chance.
  settings: { digits: 8 },
  pauseMs: step,
  make() {
    let secret: Uint8Array | undefined;
    let key = '';
    const code = (now: number, steps = 0) =>
      totpCode({ secret: present(secret, 'key'), time: now + steps * step, digits: 8 });
    return {
      options: {},
      confirm({ now, shown }) {
        key = shown?.['secret'] as string;
        secret = decodeBase32(key);
        return { code: code(now) };
      },
      answer: ({ now }) => ({ code: code(now) }),
      wrong: ({ now }: Asked, number) => {
        const near = Array.from({ length: 27 }, (_, index) => code(now, index - 13));
        return { code: otherDigits(near, 8, number) };
      },
      forgeries: ({ now }) => ({
        'a code of an hour ago': { code: code(now, -120) },
        'a code of the next hour': { code: code(now, 120) },
      }),
      secrets: () => [key, present(secret, 'key')],
    };
  },
};
