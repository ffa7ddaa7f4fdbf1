import { decodeBase32, hotp as hotpCode } from '../../src/otp/index.ts';
import { type KindUnderTest, otherDigits, present } from './kind-under-test.fixture.ts';

/** A token with a button. */
export const hotp: KindUnderTest = {
  title: 'hotp',
  kind: 'hotp',
  answers: 'code',
  verifies: true,
  // So many that none is right by chance.
  settings: { digits: 8 },
  make() {
    let secret: Uint8Array | undefined;
    let key = '';
    let counter = 0;
    const code = (of: number) => hotpCode({ secret: present(secret, 'key'), counter: of, digits: 8 });
    return {
      options: {},
      confirm({ shown }) {
        key = shown?.['secret'] as string;
        secret = decodeBase32(key);
        return { code: code(counter++) };
      },
      answer: () => ({ code: code(counter++) }),
      wrong(_asked, number) {
        const near = Array.from({ length: 200 }, (_, index) => code(index));
        return { code: otherDigits(near, 8, number) };
      },
      forgeries: () => ({ 'a code of a far button press': { code: code(counter + 150) } }),
      secrets: () => [key, present(secret, 'key')],
    };
  },
};
