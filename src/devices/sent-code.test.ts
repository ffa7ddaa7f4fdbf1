import { describe, expect, test } from 'vitest';
import { email } from './email/email.ts';
import { type FixtureContext, kindContext } from './kind-context.fixture.ts';
import { newSentCode, refuseSentCode, type SentCodeUse } from './sent-code.ts';

const use: SentCodeUse = { purpose: 'challenge', to: '+12025550123' };

function askedAs(id: string): FixtureContext<unknown> {
  const ctx = kindContext(email());
  return { ...ctx, asked: { ...ctx.asked, id } };
}

describe('a code that was sent', () => {
  test('is good for the user, address, purpose and challenge for which it was sent, and for nothing else', () => {
    const ctx = askedAs('chl_1');
    const { code, kept } = newSentCode(use, ctx);
    const judge = (at: SentCodeUse, context: FixtureContext<unknown>) => refuseSentCode(kept, { code }, at, context);
    expect(judge(use, ctx)).toBeUndefined();
    expect(judge({ ...use, purpose: 'enrollment' }, ctx)).toBe('wrong');
    expect(judge({ ...use, to: '+12025550124' }, ctx)).toBe('wrong');
    expect(judge(use, askedAs('chl_2'))).toBe('wrong');
    expect(judge(use, { ...ctx, user: 'bob' })).toBe('wrong');
  });

  test('is not confused with another whose parts run together to the same text', () => {
    const ctx = { ...askedAs('1'), user: 'alice' };
    const { code, kept } = newSentCode({ purpose: 'challenge', to: 'a","b' }, ctx);
    const other = { ...ctx, user: 'alice","a', asked: { ...ctx.asked, id: 'b","1' } };
    expect(refuseSentCode(kept, { code }, { purpose: 'challenge', to: 'a' }, other)).toBe('wrong');
  });

  test('is kept so that two equal codes do not look alike', () => {
    const ctx = askedAs('chl_1');
    const kept = Array.from({ length: 50 }, () => newSentCode(use, ctx.under({ codeDigits: 4 })).kept);
    expect(new Set(kept.map(({ codeHash }) => codeHash)).size).toBe(50);
    expect(new Set(kept.map(({ salt }) => salt)).size).toBe(50);
  });
});
