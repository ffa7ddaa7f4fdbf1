import { createHmac } from 'node:crypto';
import * as fc from 'fast-check';
import { generateSync } from 'otplib';
import { describe, expect, test } from 'vitest';
import { CountersignError } from '../core/errors.ts';
import vectors from '../../test/vectors/rfc4226-hotp.json' with { type: 'json' };
import { encodeBase32, hotp, otpAlgorithms } from './index.ts';

const secret = Buffer.from(vectors.secret_hex, 'hex');
const algorithms = fc.constantFrom(...otpAlgorithms);

describe('hotp', () => {
  test.each(vectors.vectors)('computes RFC 4226 Appendix D for counter $counter', (row) => {
    expect(hotp({ secret, counter: row.counter })).toBe(row.hotp6);
    expect(hotp({ secret, counter: row.counter, digits: 7 })).toBe(row.hotp7);
    expect(hotp({ secret, counter: BigInt(row.counter), digits: 8 })).toBe(row.hotp8);
  });

  test('pads the 31 truncated bits to ten digits', () => {
    expect(hotp({ secret, counter: 0, digits: 10 })).toBe('1284755224');
    expect(hotp({ secret, counter: 7, digits: 10 })).toBe('0082162583');
  });

  test('keeps leading zeros, however many (RND-02)', () => {
    const counter = Array.from({ length: 5000 }, (_, index) => index).find((index) =>
      hotp({ secret, counter: index, digits: 6 }).startsWith('000'),
    );
    expect(counter).toBeDefined();
    expect(hotp({ secret, counter: counter ?? 0, digits: 6 })).toMatch(/^000[0-9]{3}$/);
  });

  test('agrees with createHmac for every secret length, counter and algorithm', () => {
    fc.assert(
      fc.property(
        fc.uint8Array({ minLength: 1, maxLength: 200 }),
        fc.bigInt(0n, 2n ** 64n - 1n),
        algorithms,
        fc.integer({ min: 6, max: 10 }),
        (secret, counter, algorithm, digits) => {
          const message = Buffer.alloc(8);
          message.writeBigUInt64BE(counter);
          const mac = createHmac(algorithm, secret).update(message).digest();
          const binary = mac.readUInt32BE((mac.at(-1) ?? 0) & 15) & 0x7fffffff;
          const expected = String(binary % 10 ** digits).padStart(digits, '0');
          expect(hotp({ secret, counter, algorithm, digits })).toBe(expected);
        },
      ),
      { numRuns: 300 },
    );
  });

  test('treats a counter as number and as bigint alike, up to the largest safe one', () => {
    for (const counter of [0, 1, 2 ** 31, 2 ** 32 - 1, 2 ** 32, 2 ** 40 + 5, Number.MAX_SAFE_INTEGER])
      expect(hotp({ secret, counter })).toBe(hotp({ secret, counter: BigInt(counter) }));
  });

  test('agrees with otplib, an independent implementation', () => {
    fc.assert(
      fc.property(
        fc.uint8Array({ minLength: 16, maxLength: 64 }),
        fc.nat(),
        algorithms,
        fc.constantFrom(6 as const, 7 as const, 8 as const),
        (secret, counter, algorithm, digits) => {
          const theirs = generateSync({
            strategy: 'hotp',
            secret: encodeBase32(secret),
            counter,
            digits,
            algorithm: algorithm.toLowerCase() as 'sha1' | 'sha256' | 'sha512',
          });
          expect(hotp({ secret, counter, algorithm, digits })).toBe(theirs);
        },
      ),
    );
  });

  test.each([
    ['an empty secret', { secret: new Uint8Array(0), counter: 0 }],
    ['fewer than 6 digits', { secret, counter: 0, digits: 5 }],
    ['more than 10 digits', { secret, counter: 0, digits: 11 }],
    ['half a digit', { secret, counter: 0, digits: 6.5 }],
    ['a negative counter', { secret, counter: -1 }],
    ['a counter that lost precision', { secret, counter: 2 ** 53 }],
    ['a counter beyond 64 bits', { secret, counter: 2n ** 64n }],
    ['an unknown algorithm', { secret, counter: 0, algorithm: 'MD5' as 'SHA1' }],
    ['an algorithm named like an object method', { secret, counter: 0, algorithm: 'toString' as 'SHA1' }],
  ])('refuses %s', (_, options) => {
    expect(() => hotp(options)).toThrow(CountersignError);
  });
});
