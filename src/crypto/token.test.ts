import { createHash } from 'node:crypto';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { systemRandom } from '../core/random.ts';
import { equalText, hashToken, newToken, tokenMatches } from './index.ts';

const token = newToken(systemRandom, 'csk');

describe('a token', () => {
  it('is its prefix and 43 letters and digits, never the same twice (RND-03)', () => {
    const tokens = Array.from({ length: 1000 }, () => newToken(systemRandom, 'csk'));
    expect(new Set(tokens.map((each) => each.slice(4, 14))).size).toBe(1000);
    for (const each of tokens) expect(each).toMatch(/^csk_[A-Za-z0-9]{43}$/);
  });

  it('is kept as its SHA-256 (SEC-06)', () => {
    expect(hashToken(token)).toBe(createHash('sha256').update(token).digest('base64url'));
    expect(hashToken('abc')).toBe('ungWv48Bz-pBQUDeXa4iI7ADYaOWF3qctBD_YfIAFa0');
  });

  it('matches whole, and not when cut, prolonged, or in another case (RND-06)', () => {
    const digest = hashToken(token);
    expect(tokenMatches(token, digest)).toBe(true);
    for (let length = 0; length < token.length; length += 1) {
      expect(tokenMatches(token.slice(0, length), digest)).toBe(false);
      expect(tokenMatches(token.slice(length + 1), digest)).toBe(false);
    }
    for (const other of [
      `${token}A`,
      `${token}=`,
      `${token}\n`,
      ` ${token}`,
      token.toLowerCase(),
      token.toUpperCase(),
    ]) {
      expect(tokenMatches(other, digest)).toBe(false);
    }
  });

  it('does not match a digest that was cut, nor itself in place of the digest', () => {
    const digest = hashToken(token);
    for (let length = 0; length < digest.length; length += 1) {
      expect(tokenMatches(token, digest.slice(0, length))).toBe(false);
    }
    expect(tokenMatches(token, token)).toBe(false);
    expect(tokenMatches(digest, digest)).toBe(false);
  });
});

describe('equalText (SEC-07)', () => {
  it('says what === says', () => {
    const text = fc.string({ unit: 'binary', maxLength: 3 });
    fc.assert(
      fc.property(text, text, (a, b) => {
        expect(equalText(a, b)).toBe(a === b);
        expect(equalText(a, a)).toBe(true);
        expect(equalText(a, `${a}\0`)).toBe(false);
      }),
    );
  });
});
