import * as fc from 'fast-check';
import { generateSync } from 'otplib';
import { describe, expect, test } from 'vitest';
import { CountersignError } from '../core/errors.ts';
import vectors from '../../test/vectors/rfc6238-totp.json' with { type: 'json' };
import { encodeBase32, type OtpAlgorithm, otpAlgorithms, totp, totpStep } from './index.ts';

describe('totp', () => {
  test.each(vectors.vectors)(
    'computes RFC 6238 Appendix B for $mode at $utc',
    ({ mode, time, totp6, totp8, T_hex }) => {
      const algorithm = mode as OtpAlgorithm;
      const secret = Buffer.from(vectors.secret_hex[algorithm], 'hex');
      expect(totpStep(time * 1000)).toBe(Number.parseInt(T_hex, 16));
      expect(totp({ secret, time: time * 1000, algorithm, digits: 8 })).toBe(totp8);
      expect(totp({ secret, time: time * 1000, algorithm })).toBe(totp6);
    },
  );

  test('agrees with otplib over secrets, algorithms, digits, periods and times', () => {
    fc.assert(
      fc.property(
        fc.uint8Array({ minLength: 16, maxLength: 64 }),
        fc.constantFrom(...otpAlgorithms),
        fc.constantFrom(6 as const, 7 as const, 8 as const),
        fc.integer({ min: 15, max: 120 }),
        fc.integer({ min: 0, max: 20_000_000_000 }),
        (secret, algorithm, digits, period, epoch) => {
          const theirs = generateSync({
            secret: encodeBase32(secret),
            algorithm: algorithm.toLowerCase() as 'sha1' | 'sha256' | 'sha512',
            digits,
            period,
            epoch,
          });
          expect(totp({ secret, algorithm, digits, period, time: epoch * 1000 + 999 })).toBe(theirs);
        },
      ),
    );
  });

  test('refuses a time before the epoch and a period of nothing', () => {
    const secret = Buffer.alloc(20, 1);
    expect(() => totp({ secret, time: -1 })).toThrow(CountersignError);
    expect(() => totp({ secret, time: Number.NaN })).toThrow(CountersignError);
    expect(() => totp({ secret, time: 0, period: 0 })).toThrow(CountersignError);
    expect(() => totpStep(0, 0.5)).toThrow(CountersignError);
  });
});

describe('totpStep', () => {
  test('changes with the first millisecond of a period', () => {
    expect(totpStep(29_999)).toBe(0);
    expect(totpStep(30_000)).toBe(1);
    expect(totpStep(119_999, 60)).toBe(1);
    expect(totpStep(120_000, 60)).toBe(2);
  });
});
