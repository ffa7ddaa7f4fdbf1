import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { basicCredentials, bearerToken } from './credentials.ts';

const basic = (text: string) => `Basic ${Buffer.from(text).toString('base64')}`;

describe('Basic credentials', () => {
  it('come out as they went in, whatever they are made of', () => {
    const text = fc.string({ unit: 'grapheme', maxLength: 50 }).filter((value) => !/\p{Cc}/u.test(value));
    fc.assert(
      fc.property(text, text, (user, password) => {
        const login = user.replaceAll(':', '');
        expect(basicCredentials(basic(`${login}:${password}`))).toEqual({ login, password });
      }),
    );
  });

  it('are split at the first colon (RFC 7617 §2)', () => {
    expect(basicCredentials(basic('bob:a:b:'))).toEqual({ login: 'bob', password: 'a:b:' });
    expect(basicCredentials('bAsIc  ' + basic(':').slice(6))).toEqual({ login: '', password: '' });
  });

  it.each([
    undefined,
    '',
    'Basic',
    'Basic ',
    'Basic !!!',
    'Bearer abc',
    basic('no colon'),
    basic('a\0b:c'),
    basic('a:b\nc'),
    `Basic ${Buffer.from([0x61, 0x3a, 0xff]).toString('base64')}`,
    `Basic ${'A'.repeat(5000)}`,
  ])('%j is none', (header) => {
    expect(basicCredentials(header)).toBeUndefined();
  });
});

describe('a bearer token', () => {
  it('is what follows the scheme', () => {
    expect(bearerToken('Bearer csa_AZ09-._~+/=')).toBe('csa_AZ09-._~+/=');
    expect(bearerToken('bearer  abc')).toBe('abc');
  });

  it.each([
    undefined,
    '',
    'Bearer',
    'Bearer ',
    'Bearer a b',
    'Bearer a, Bearer b',
    'Basic abc',
    `Bearer ${'a'.repeat(513)}`,
    'Bearer ü',
  ])('%j is none', (header) => {
    expect(bearerToken(header)).toBeUndefined();
  });
});
