import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { CountersignError } from '../core/errors.ts';
import { findHotpCounter, findHotpPair, hotp } from './index.ts';

const secret = Buffer.from('12345678901234567890');
const codeOf = (counter: number) => hotp({ secret, counter });

describe('findHotpCounter', () => {
  test('looks ahead only: after counter 5 the codes of 5, 4, 3 and 0 are dead and 6 is next (OTP-08)', () => {
    const found = findHotpCounter({ secret, code: codeOf(5), counter: 0 });
    expect(found).toBe(5);
    const counter = (found ?? 0) + 1;
    for (const dead of [5, 4, 3, 0]) expect(findHotpCounter({ secret, code: codeOf(dead), counter })).toBeUndefined();
    expect(findHotpCounter({ secret, code: codeOf(6), counter })).toBe(6);
  });

  test('reaches as far as the look-ahead and no further (RFC 4226 §7.4, OSS-49)', () => {
    expect(findHotpCounter({ secret, code: codeOf(23), counter: 20, lookAhead: 3 })).toBe(23);
    expect(findHotpCounter({ secret, code: codeOf(24), counter: 20, lookAhead: 3 })).toBeUndefined();
    expect(findHotpCounter({ secret, code: codeOf(20), counter: 20, lookAhead: 0 })).toBe(20);
    expect(findHotpCounter({ secret, code: codeOf(30), counter: 20 })).toBe(30);
    expect(findHotpCounter({ secret, code: codeOf(31), counter: 20 })).toBeUndefined();
  });

  test('ends at the largest safe counter', () => {
    const counter = Number.MAX_SAFE_INTEGER;
    expect(findHotpCounter({ secret, code: codeOf(counter), counter, lookAhead: 5 })).toBe(counter);
  });

  test('finds what hotp made, anywhere in the window', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 10, maxLength: 64 }), fc.nat(), fc.nat(5), (secret, counter, ahead) => {
        const device = { secret, digits: 9, algorithm: 'SHA256' as const };
        const code = hotp({ ...device, counter: counter + ahead });
        expect(findHotpCounter({ ...device, code, counter, lookAhead: 5 })).toBe(counter + ahead);
      }),
    );
  });

  test.each([
    ['a negative counter', { counter: -1 }],
    ['a negative look-ahead', { lookAhead: -1 }],
    ['an empty secret', { secret: new Uint8Array(0) }],
  ])('refuses %s', (_, options) => {
    expect(() => findHotpCounter({ secret, code: codeOf(0), counter: 0, ...options })).toThrow(CountersignError);
  });
});

describe('findHotpPair', () => {
  test('finds a token that ran far ahead by two consecutive codes, and reports the second', () => {
    expect(findHotpPair({ secret, codes: [codeOf(700), codeOf(701)], counter: 3 })).toBe(701);
  });

  test('finds a pair that begins with the next expected counter and one at the end of the window', () => {
    expect(findHotpPair({ secret, codes: [codeOf(3), codeOf(4)], counter: 3, lookAhead: 50 })).toBe(4);
    expect(findHotpPair({ secret, codes: [codeOf(53), codeOf(54)], counter: 3, lookAhead: 50 })).toBe(54);
    expect(findHotpPair({ secret, codes: [codeOf(54), codeOf(55)], counter: 3, lookAhead: 50 })).toBeUndefined();
  });

  test.each([
    ['one code twice', [codeOf(10), codeOf(10)]],
    ['one code in two spellings', [codeOf(10), ` ${codeOf(10)}`]],
    ['swapped codes', [codeOf(11), codeOf(10)]],
    ['codes that are not consecutive', [codeOf(10), codeOf(12)]],
    ['a pair that has passed', [codeOf(1), codeOf(2)]],
    ['a pair whose first code has passed', [codeOf(2), codeOf(3)]],
    ['something that is no code', [codeOf(10), 'x']],
  ] as const)('does not accept %s (WIN-04)', (_, codes) => {
    expect(findHotpPair({ secret, codes, counter: 3 })).toBeUndefined();
  });
});
