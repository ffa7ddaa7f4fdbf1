import { randomBytes } from 'node:crypto';
import { encodeModhex, encodeYubikeyOtp } from '../../src/otp/index.ts';
import type { KindUnderTest } from './kind-under-test.fixture.ts';

/** A key with secrets of its own, which types an OTP at each touch. */
export const yubikey: KindUnderTest = {
  title: 'yubikey',
  kind: 'yubikey',
  answers: 'code',
  verifies: true,
  make() {
    const publicId = encodeModhex(randomBytes(6));
    const privateId = randomBytes(6);
    const aesKey = randomBytes(16);
    let touches = 0;
    const otp = (touch: number, key: Uint8Array = aesKey, id: Uint8Array = privateId, named = publicId) =>
      encodeYubikeyOtp(
        {
          publicId: named,
          privateId: id,
          usageCounter: 1 + Math.floor(touch / 256),
          sessionUse: touch % 256,
          timestamp: 8 * touch,
          random: randomBytes(2).readUInt16LE(),
          capsLock: false,
        },
        key,
      );
    return {
      options: { publicId, privateId: privateId.toString('hex'), aesKey: aesKey.toString('hex') },
      confirm: () => ({ code: otp(touches++) }),
      answer: () => ({ code: otp(touches++) }),
      wrong: (_asked, number) => ({ code: otp(touches + number, randomBytes(16)) }),
      forgeries: () => ({
        'the right key with another private id': { code: otp(touches + 1, aesKey, randomBytes(6)) },
        'the right key with another public id': {
          code: otp(touches + 1, aesKey, privateId, encodeModhex(randomBytes(6))),
        },
        'an OTP that is cut short': { code: otp(touches + 1).slice(0, -2) },
      }),
      secrets: () => [aesKey.toString('hex'), aesKey, privateId.toString('hex'), encodeModhex(aesKey)],
    };
  },
};
