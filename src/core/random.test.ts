import { createHash } from 'node:crypto';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Random, randomBelow, randomDigits, randomText, systemRandom } from './random.ts';

/** These bytes, over and over. */
function repeating(bytes: readonly number[]): Random {
  let position = 0;
  return { bytes: (length) => Uint8Array.from({ length }, () => bytes[position++ % bytes.length] ?? 0) };
}

/** Bytes without a pattern that are the same every time: SHA-256 in counter mode. A chi-square of them is a fixed number. */
function seeded(seed: string): Random {
  let block = 0;
  let stock = Buffer.alloc(0);
  return {
    bytes(length) {
      while (stock.length < length) {
        const next = Array.from({ length: 256 }, () => createHash('sha256').update(`${seed} ${block++}`).digest());
        stock = Buffer.concat([stock, ...next]);
      }
      const bytes = stock.subarray(0, length);
      stock = stock.subarray(length);
      return bytes;
    },
  };
}

function chiSquare(counts: readonly number[]): number {
  const expected = counts.reduce((sum, count) => sum + count, 0) / counts.length;
  return counts.reduce((sum, count) => sum + (count - expected) ** 2 / expected, 0);
}

describe('a random code', () => {
  it('takes every digit from as many bytes as every other, and none from the bytes that are left over (RND-01)', () => {
    const every = Array.from({ length: 256 }, (_, byte) => byte);
    const digits = randomDigits(repeating(every), 250);
    for (const digit of '0123456789') expect(digits.split(digit)).toHaveLength(26);
  });

  it('draws again in place of a byte that would be biased (RND-01)', () => {
    expect(randomDigits(repeating([255, 250, 7, 251, 19, 249]), 3)).toBe('799');
  });

  it('keeps its leading zeros (RND-01)', () => {
    expect(randomDigits(repeating([0]), 6)).toBe('000000');
  });

  it('has every digit as often at every place, and every thousand of the range (RND-01)', () => {
    const random = seeded('codes');
    const places = Array.from({ length: 6 }, () => Array.from({ length: 10 }, () => 0));
    const range = Array.from({ length: 1000 }, () => 0);
    const all = randomDigits(random, 6 * 100_000);
    for (let start = 0; start < all.length; start += 6) {
      const code = all.slice(start, start + 6);
      for (const [place, counts] of places.entries()) counts[Number(code.charAt(place))]! += 1;
      range[Math.floor(Number(code) / 1000)]! += 1;
    }
    // Quantiles of chi-square at 1 - 10^-4: 33.7 with 9 degrees of freedom, 1174 with 999.
    for (const counts of places) expect(chiSquare(counts)).toBeLessThan(33.7);
    expect(chiSquare(range)).toBeLessThan(1174);
  });

  it('has as many characters as were asked for, all of the alphabet', () => {
    const alphabet = fc.uniqueArray(fc.integer({ min: 33, max: 126 }), { minLength: 1, maxLength: 94 });
    fc.assert(
      fc.property(alphabet, fc.nat({ max: 40 }), fc.string(), (codes, length, seed) => {
        const letters = String.fromCharCode(...codes);
        const text = randomText(seeded(seed), length, letters);
        expect(text).toHaveLength(length);
        expect(text.split('').every((letter) => letters.includes(letter))).toBe(true);
      }),
    );
  });
});

describe('a random number below a bound', () => {
  it('draws again above the largest multiple of the bound', () => {
    // 2^32 - 6 is the largest multiple of ten.
    expect(randomBelow(repeating([0xff, 0xff, 0xff, 0xfa, 0xff, 0xff, 0xff, 0xff, 0, 0, 0, 12]), 10)).toBe(2);
    expect(randomBelow(repeating([0xff, 0xff, 0xff, 0xf9, 0, 0, 0, 12]), 10)).toBe(9);
  });

  it('may be any 32-bit number, or only 0', () => {
    expect(randomBelow(repeating([0xff, 0xff, 0xff, 0xff]), 2 ** 32)).toBe(2 ** 32 - 1);
    expect(randomBelow(repeating([0xff, 0xff, 0xff, 0xff]), 1)).toBe(0);
  });

  it('is every number equally often', () => {
    const random = seeded('numbers');
    const counts = Array.from({ length: 7 }, () => 0);
    for (let drawn = 0; drawn < 70_000; drawn += 1) counts[randomBelow(random, 7)]! += 1;
    // 1 - 10^-4 of chi-square with 6 degrees of freedom.
    expect(chiSquare(counts)).toBeLessThan(27.9);
  });

  it('reads a part of a larger buffer as well', () => {
    const random: Random = { bytes: (length) => Uint8Array.of(9, 9, 0, 0, 0, 5, 9).subarray(2, 2 + length) };
    expect(randomBelow(random, 10)).toBe(5);
  });
});

describe('the generator of the operating system', () => {
  it('gives as many bytes as were asked for, and others every time', () => {
    expect(systemRandom.bytes(0)).toHaveLength(0);
    expect(systemRandom.bytes(32)).toHaveLength(32);
    expect(systemRandom.bytes(32)).not.toEqual(systemRandom.bytes(32));
  });
});
