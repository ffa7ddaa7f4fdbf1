import { randomBytes } from 'node:crypto';

/** Where randomness comes from (design law 9). Only a cryptographically secure source is fit for production. */
export interface Random {
  bytes(length: number): Uint8Array;
}

/** The operating system's generator. */
export const systemRandom: Random = { bytes: (length) => randomBytes(length) };

/**
 * A number in `[0, bound)` without modulo bias: values above the largest multiple of `bound` are drawn again.
 *
 * @param bound 1 … 2^32
 */
export function randomBelow(random: Random, bound: number): number {
  const limit = Math.floor(2 ** 32 / bound) * bound;
  for (;;) {
    const bytes = random.bytes(4);
    const value = new DataView(bytes.buffer, bytes.byteOffset, 4).getUint32(0);
    if (value < limit) return value % bound;
  }
}

/** `length` characters, each drawn evenly from `alphabet` (at most 256 characters), without modulo bias. */
export function randomText(random: Random, length: number, alphabet: string): string {
  const limit = 256 - (256 % alphabet.length);
  let text = '';
  while (text.length < length) {
    for (const byte of random.bytes(length - text.length)) {
      if (byte < limit) text += alphabet.charAt(byte % alphabet.length);
    }
  }
  return text;
}

/** A code of decimal digits; leading zeros are as likely as any other digit. */
export function randomDigits(random: Random, length: number): string {
  return randomText(random, length, '0123456789');
}
