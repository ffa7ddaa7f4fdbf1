import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { hashPassword, passwordIssues } from './index.ts';

const alice = ['alice', 'alice.liddell@example.org', 'Alice Liddell', 'Example Portal'];

describe('a new password', () => {
  it.each([
    'correct horse battery',
    'ein langer Satz über nichts',
    'Tr0ub4dor&3-und-mehr',
    'v9$kQ2!mZx7&',
    '    twelve    spaces',
    'パスワードは長いほうがよいのです',
    'alice likes gardening',
    '😀🐎🔋📎🌵🎲🧭🪁🫖🦊🛶🧲',
    'x7'.padEnd(64, 'correct horse battery staple '),
  ])('may be %j', (password) => {
    expect(passwordIssues(password, alice)).toEqual([]);
  });

  it.each(['', 'a', 'elevenchars', '😀🐎🔋📎🌵🎲🧭🪁🫖🦊🛶'])('is too short: %j', (password) => {
    expect(passwordIssues(password, alice)).toContain('too_short');
  });

  it('may be made shorter by the rules, though never under 8', () => {
    expect(passwordIssues('v9$kQ2!m', alice, { minimumLength: 8 })).toEqual([]);
    expect(passwordIssues('v9$kQ2!', alice, { minimumLength: 4 })).toEqual(['too_short']);
    expect(passwordIssues('v9$kQ2!mZx7&', alice, { minimumLength: 15 })).toEqual(['too_short']);
  });

  it.each([
    'aaaaaaaaaaaa',
    'abababababab',
    'abc1abc1abc1',
    '123456789012',
    '012345678901',
    '987654321098',
    'abcdefghijkl',
    'ZYXWVUTSRQPO',
    'qwertyuiopas',
    'qwertzuiopasd',
    'azertyuiopqs',
    '            ',
  ])('is too simple: %j', (password) => {
    expect(passwordIssues(password, alice)).toEqual(['too_simple']);
  });

  it.each([
    'password1234',
    'Password2026!',
    'P@ssw0rd!!!!',
    'p@$$w0rd1234',
    '1234password',
    'passwordpassword',
    'pass-word-2026',
    'Wíllkommen123',
    'iloveyou!!!!!!!',
    'qwerty123456',
    'correct horse battery staple',
    'Summer2026!!!',
  ])('is too common: %j', (password) => {
    expect(passwordIssues(password, alice)).toEqual(['too_common']);
  });

  it.each([
    'alice.liddell',
    'Alice Liddell',
    'aliceliddell',
    'alice.liddell@example.org',
    'ALICE-2026-!!',
    'alicealicealice',
    'exampleportal1',
    'L1ddell12345',
  ])('is about the person or the service: %j', (password) => {
    expect(passwordIssues(password, alice)).toEqual(['about_you']);
  });

  it('is not refused for a context that is empty or one letter', () => {
    expect(passwordIssues('v9$kQ2!mZx7&', ['', ' ', 'v', '@', '9$'])).toEqual([]);
  });

  it('is not text with a NUL or half a surrogate pair, and too long over 1024 code points', () => {
    expect(passwordIssues('correct\0horse battery', alice)).toEqual(['not_text']);
    expect(passwordIssues('correct \ud83d horse battery', alice)).toEqual(['not_text']);
    expect(passwordIssues('😀🐎'.repeat(513), alice)).toEqual(['too_long']);
  });

  it('can be hashed whenever nothing is wrong with it', async () => {
    const password = fc.string({ unit: 'binary', minLength: 12, maxLength: 80 });
    await fc.assert(
      fc.asyncProperty(password, async (password) => {
        fc.pre(passwordIssues(password, alice).length === 0);
        expect(await hashPassword(password)).toContain('$argon2id$');
      }),
      { numRuns: 10 },
    );
  });

  it('is judged without a crash or a stall, whatever it is', () => {
    const known = ['not_text', 'too_short', 'too_long', 'too_simple', 'too_common', 'about_you'];
    const text = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.string({ unit: fc.constantFrom('a', 'b', '@', '1'), maxLength: 1024 }),
    );
    fc.assert(
      fc.property(text, fc.array(text, { maxLength: 4 }), (password, context) => {
        for (const issue of passwordIssues(password, context)) expect(known).toContain(issue);
      }),
    );
  });
});
