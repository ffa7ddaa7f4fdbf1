import { inspect } from 'node:util';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { CountersignError } from '../core/errors.ts';
import vectors from '../../test/vectors/base32.json' with { type: 'json' };
import { decodeBase32, encodeBase32 } from './index.ts';

/** What decodeBase32 returns or, where it refuses, throws. */
function outcome(text: string): Uint8Array | CountersignError {
  try {
    return decodeBase32(text);
  } catch (error) {
    if (error instanceof CountersignError) return error;
    throw error;
  }
}

const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex');

describe('encodeBase32', () => {
  test.each(vectors.rfc4648)('writes RFC 4648 §10 $text without padding', ({ hex: bytes, base32 }) => {
    expect(encodeBase32(Buffer.from(bytes, 'hex'))).toBe(base32.replaceAll('=', ''));
  });
});

describe('decodeBase32', () => {
  test.each(vectors.rfc4648.filter(({ text }) => text !== ''))(
    'reads RFC 4648 §10 $base32',
    ({ hex: bytes, base32 }) => {
      expect(hex(decodeBase32(base32))).toBe(bytes);
    },
  );

  test.each(vectors.lenient_accept)('accepts $why', ({ in: text, hex: bytes }) => {
    expect(hex(decodeBase32(text))).toBe(bytes);
  });

  test.each(vectors.refuse)('refuses $in: $why', ({ in: text }) => {
    expect(() => decodeBase32(text)).toThrow(expect.objectContaining({ code: 'invalid_parameters' }));
  });

  test.each([
    'MZXW6YTBı',
    'MZXW6YTſ',
    'MZXW6\nYTB',
    'MZXW6YTB========',
    '=',
    'MY====== x',
    'MZXW6YTK\u200b',
    'MZXW6YT\u212a',
  ])('never folds, skips or guesses a character: %j', (text) => {
    expect(() => decodeBase32(text)).toThrow(CountersignError);
  });

  test('does not repeat the secret in its error', () => {
    const error = outcome('SECRETSECRET1');
    expect(error).toBeInstanceOf(CountersignError);
    expect(inspect(error, { depth: 5 }).replace(/\n +at .*/g, '')).not.toContain('SECRETSECRET');
  });

  test('gives back every text of bytes that encodeBase32 wrote', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 1, maxLength: 80 }), (bytes) => {
        expect(decodeBase32(encodeBase32(bytes))).toEqual(bytes);
      }),
    );
  });

  test('refuses every other text with a code, whatever it is made of (INP-01, INP-02)', () => {
    const alike = fc.constantFrom('２', '２３', 'Ａ', 'ı', 'ſ', '\u212a', '\0', '\ud800', '=', '%32', '０');
    const spoilt = fc.tuple(fc.stringMatching(/^[A-Z2-7]{8,32}$/), alike, fc.nat(32));
    const text = fc.oneof(
      fc.string({ unit: 'binary' }),
      spoilt.map(([good, bad, at]) => `${good.slice(0, at)}${bad}${good.slice(at)}`),
    );
    fc.assert(
      fc.property(text, (given) => {
        const result = outcome(given);
        const plain = given.replaceAll(/[\s-]/g, '').replace(/=+$/, '').toUpperCase();
        expect(result instanceof CountersignError || encodeBase32(result) === plain).toBe(true);
      }),
    );
  });

  test('takes each secret in one canonical text only', () => {
    fc.assert(
      fc.property(fc.stringMatching(/^[A-Z2-7]{1,40}$/), (text) => {
        const result = outcome(text);
        expect(result instanceof CountersignError || encodeBase32(result) === text).toBe(true);
      }),
    );
  });
});
