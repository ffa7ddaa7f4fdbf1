import { createCipheriv, randomBytes } from 'node:crypto';
import type { KindUnderTest } from './kind-under-test.fixture.ts';

const alphabet = 'cbdefghijklnrtuv';
const modhex = (bytes: Uint8Array): string =>
  [...bytes].map((byte) => `${alphabet.charAt(byte >> 4)}${alphabet.charAt(byte & 15)}`).join('');

/** CRC-16 of ISO 13239, as the key appends it, inverted. */
function checksum(bytes: Uint8Array): number {
  let crc = 0xffff;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++) crc = (crc & 1) === 1 ? (crc >> 1) ^ 0x8408 : crc >> 1;
  }
  return ~crc & 0xffff;
}

interface Key {
  publicId: Buffer;
  privateId: Buffer;
  aesKey: Buffer;
}

/** One touch of a key, written here from the data sheet and not with the code that is under test. */
function touch({ publicId, privateId, aesKey }: Key, usage: number, session: number, spoil = 0): string {
  const block = Buffer.alloc(16);
  privateId.copy(block);
  block.writeUInt16LE(usage, 6);
  block.writeUIntLE((usage * 1000 + session) & 0xff_ffff, 8, 3);
  block.writeUInt8(session, 11);
  randomBytes(2).copy(block, 12);
  block.writeUInt16LE(checksum(block.subarray(0, 14)) ^ spoil, 14);
  const cipher = createCipheriv('aes-128-ecb', aesKey, null).setAutoPadding(false);
  return modhex(publicId) + modhex(Buffer.concat([cipher.update(block), cipher.final()]));
}

/** A YubiKey in the slot that types an OTP, whose AES key the server knows. */
export const yubikey: KindUnderTest = {
  title: 'yubikey',
  kind: 'yubikey',
  answers: 'code',
  verifies: true,
  unique: true,
  make() {
    const key: Key = { publicId: randomBytes(6), privateId: randomBytes(6), aesKey: randomBytes(16) };
    const stranger = (): Key => ({ publicId: key.publicId, privateId: randomBytes(6), aesKey: randomBytes(16) });
    const options = {
      publicId: modhex(key.publicId),
      privateId: key.privateId.toString('hex'),
      aesKey: key.aesKey.toString('hex'),
    };
    let session = 0;
    const typed: string[] = [];
    const next = () => {
      typed.push(touch(key, 19, session++));
      return { code: typed.at(-1) ?? '' };
    };
    return {
      options,
      confirm: next,
      answer: next,
      wrong: () => ({ code: touch(stranger(), 20, 1) }),
      forgeries: () => ({
        'an earlier use of the key': { code: touch(key, 18, 200) },
        'the right private id under another key': { code: touch({ ...stranger(), privateId: key.privateId }, 20, 1) },
        'another private id under the right key': { code: touch({ ...stranger(), aesKey: key.aesKey }, 20, 1) },
        'a checksum that does not fit': { code: touch(key, 20, 1, 1) },
        'another public id': { code: touch({ ...key, publicId: randomBytes(6) }, 20, 1) },
        'no public id': { code: touch(key, 20, 1).slice(12) },
        'the letters of two touches': { code: touch(key, 20, 1) + touch(key, 20, 2) },
      }),
      // The public id is none, and the private id is too short to be looked for as it is.
      secrets: () => [key.aesKey, options.privateId, options.aesKey, ...typed],
    };
  },
};
