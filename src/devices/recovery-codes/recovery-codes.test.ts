import { describe, expect, test } from 'vitest';
import { CountersignError } from '../../core/errors.ts';
import type { DeviceState, Verdict } from '../device-kind.ts';
import { type FixtureContext, kindContext, noon, stored } from '../kind-context.fixture.ts';
import type { RecoveryCodesConfiguration } from './configuration.ts';
import { recoveryCodes } from './recovery-codes.ts';
import type { RecoveryCodesCounters, RecoveryCodesSecret } from './spend-recovery-code.ts';

type State = DeviceState<RecoveryCodesSecret, RecoveryCodesCounters>;
type Context = FixtureContext<RecoveryCodesConfiguration>;

const kind = recoveryCodes();
const refused = (reason: string) => ({ accepted: false, reason });

function enrol(
  options: object = {},
  ctx: Context = kindContext(kind),
): { ctx: Context; state: State; codes: string[] } {
  const { state, shown } = kind.prepare(kind.options.parse(options), ctx);
  return { ctx, state: stored(state), codes: (shown?.['codes'] ?? []) as string[] };
}

function answer(state: State, ctx: Context, code: string): Verdict<RecoveryCodesSecret, RecoveryCodesCounters> {
  return kind.check({ id: 'dev_1', ...state }, undefined, { code }, ctx);
}

function accept(state: State, ctx: Context, code = ''): State {
  const verdict = answer(state, ctx, code);
  if (!verdict.accepted) throw new Error(`refused: ${verdict.reason}`);
  return stored(verdict.next);
}

const adopt = (options: Record<string, string | number | string[]>) => {
  const adopted = kind.adopt?.(options, kindContext(kind));
  if (adopted === undefined) throw new Error('cannot adopt');
  return adopted;
};

describe('making recovery codes', () => {
  test('shows ten different codes of 80 random bits (REC-04)', () => {
    const { codes } = enrol();
    expect(codes).toHaveLength(10);
    expect(new Set(codes).size).toBe(10);
    for (const code of codes) expect(code).toMatch(/^[0-9A-HJKMNP-TV-Z]{4}(-[0-9A-HJKMNP-TV-Z]{4}){3}$/);
  });

  test('uses every character of the alphabet equally often (REC-04, RND-01)', () => {
    const ctx = kindContext(kind);
    const counts = new Map<string, number>();
    const text = Array.from({ length: 100 }, () => enrol({}, ctx).codes.join(''))
      .join('')
      .replaceAll('-', '');
    for (const character of text) counts.set(character, (counts.get(character) ?? 0) + 1);
    const expected = text.length / 32;
    const chiSquare = [...counts.values()].reduce((sum, count) => sum + (count - expected) ** 2 / expected, 0);
    expect(counts.size).toBe(32);
    expect(chiSquare).toBeLessThan(69.1); // 31 degrees of freedom, α = 10⁻⁴
  });

  test('shows the digits of version-4 UUIDs when configured or asked to (ADJ-02)', () => {
    for (const { codes } of [enrol({ format: 'uuid' }), enrol({}, kindContext(kind).configured({ format: 'uuid' }))]) {
      expect(codes).toHaveLength(10);
      expect(new Set(codes).size).toBe(10);
      for (const code of codes) expect(code).toMatch(/^[0-9a-f]{12}4[0-9a-f]{3}[89ab][0-9a-f]{15}$/);
    }
  });

  test('makes as many as configured or asked for, 4 to 20', () => {
    expect(enrol({}, kindContext(kind).configured({ count: 4 })).codes).toHaveLength(4);
    expect(enrol({ count: 20 }).codes).toHaveLength(20);
    for (const count of [3, 21, 4.5, '10']) {
      expect(kind.configuration.safeParse({ count }).success).toBe(false);
      expect(kind.options.safeParse({ count }).success).toBe(false);
    }
  });

  test('keeps keyed hashes only (REC-04)', () => {
    const { codes, state, ctx } = enrol();
    const kept = JSON.stringify(state).toLowerCase();
    for (const code of codes) {
      expect(kept).not.toContain(code.toLowerCase());
      expect(kept).not.toContain(code.toLowerCase().replaceAll('-', ''));
    }
    const first = (codes[0] ?? '').toLowerCase().replaceAll('-', '');
    expect(state.counters.remaining[0]).toBe(ctx.hash(first));
  });

  test('asks for one of them, which stays good', () => {
    const { codes, state, ctx } = enrol();
    const verdict = kind.confirm({ state, kept: undefined }, { code: codes[3] ?? '' }, ctx);
    expect(verdict).toEqual({
      accepted: true,
      next: state,
      method: { name: 'recovery-code', kind: 'possession', at: noon },
    });
    expect(kind.confirm({ state, kept: undefined }, { code: 'AAAA-AAAA-AAAA-AAAA' }, ctx)).toEqual(refused('wrong'));
    expect(accept(state, ctx, codes[3]).counters.remaining).toHaveLength(9);
  });

  test('gives a user one set at most', () => {
    expect(kind.single).toBe(true);
  });
});

describe('using a recovery code', () => {
  test.each(['grouped', 'uuid'])('accepts each code of format %s once, in any order (REC-01)', (format) => {
    const { codes, ctx, ...enrolled } = enrol({ format });
    let { state } = enrolled;
    for (const [used, code] of codes.toReversed().entries()) {
      state = accept(state, ctx, code);
      expect(kind.describe(state)).toEqual({ remaining: 9 - used });
      expect(answer(state, ctx, code)).toEqual(refused('wrong'));
    }
    expect(codes.map((code) => answer(state, ctx, code).accepted)).toEqual(codes.map(() => false));
  });

  test('accepts the spellings of a code that people type (REC-09)', () => {
    const { codes, state, ctx } = enrol();
    const code = codes.find((text) => text.includes('0') && text.includes('1')) ?? '';
    const bare = code.replaceAll('-', '');
    const spellings = [
      code,
      bare,
      bare.toLowerCase(),
      ` ${code.toLowerCase()}\t`,
      bare.replaceAll(/./g, '$& '),
      code.replaceAll('0', 'O').replaceAll('1', 'I'),
      code.replaceAll('0', 'o').replaceAll('1', 'l'),
    ];
    for (const spelling of spellings) {
      const used = accept(state, ctx, spelling);
      for (const again of spellings) expect(answer(used, ctx, again)).toEqual(refused('wrong'));
    }
  });

  test('accepts a UUID in upper case and with dashes, and no look-alikes in it (REC-09)', () => {
    const { codes, state, ctx } = enrol({ format: 'uuid' });
    const code = codes.find((text) => text.includes('0')) ?? '';
    const dashed = code.replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-');
    expect(answer(state, ctx, dashed.toUpperCase()).accepted).toBe(true);
    expect(answer(state, ctx, code.replace('0', 'o'))).toEqual(refused('malformed'));
  });

  test.each([
    ['', 'empty'],
    ['ABCD-EFGH', 'short'],
    ['ABCD-EFGH-JKMN-PQRU', 'a letter that is no digit'],
    ['ÁBCD-EFGH-JKMN-PQRS', 'another script'],
    ['ABCD-EFGH-\u212aKMN-PQRS', 'a Kelvin sign'],
    ['ABCD-EFGH-JKMN-PQRS\u0000', 'NUL'],
    ['ABCD-EFGH-JKMN-PQRS\u200b', 'an invisible character'],
    ['0'.repeat(1 << 20), 'a megabyte'],
  ])('refuses %# as malformed: %s', (code) => {
    const { state, ctx } = enrol();
    expect(answer(state, ctx, code)).toEqual(refused('malformed'));
    expect(kind.recognizes?.({ code })).toBe(false);
  });

  test("refuses another user's code, which stays good (REC-03)", () => {
    const ctx = kindContext(kind);
    const alice = enrol({}, ctx);
    const bob = enrol({}, ctx);
    expect(answer(alice.state, ctx, bob.codes[0] ?? '')).toEqual(refused('wrong'));
    expect(answer(bob.state, ctx, bob.codes[0] ?? '').accepted).toBe(true);
  });

  test('compares with every code that is left, wherever the right one stands (REC-08)', () => {
    const { codes, state, ctx } = enrol();
    for (const code of [codes[0], codes[9], 'AAAA-AAAA-AAAA-AAAA']) {
      let compared = 0;
      const counting = {
        ...ctx,
        hashMatches: (text: string, digest: string) => ++compared > 0 && ctx.hashMatches(text, digest),
      };
      kind.check({ id: 'dev_1', ...state }, undefined, { code: code ?? '' }, counting);
      expect(compared).toBe(10);
    }
  });
});

describe('an answer without a challenge', () => {
  test('is recognised by its form, and no code of an app is', () => {
    for (const code of [...enrol().codes, ...enrol({ format: 'uuid' }).codes])
      expect(kind.recognizes?.({ code })).toBe(true);
    for (const code of ['123456', '12345678', '1234567890', 'cccccccccccccccccccccccccccccccccccccccccccc'])
      expect(kind.recognizes?.({ code })).toBe(false);
    expect(kind.recognizes?.({})).toBe(false);
  });
});

describe('codes that exist already', () => {
  test.each([
    [['0123456789abcdef0123456789abcdef', 'FFFFFFFF-ffff-4fff-8fff-ffffffffffff'], 'uuid'],
    [['ABCD-EFGH-JKMN-PQRS', 'o123-4567-89ab-cdef'], 'grouped'],
  ])('are taken and work: %j', (codes, format) => {
    const { state, shown } = adopt({ codes });
    expect(shown).toBeUndefined();
    expect(state.secret).toEqual({ format });
    const used = accept(state, kindContext(kind), codes[1]);
    expect(kind.describe(used)).toEqual({ remaining: 1 });
  });

  test('are made when none are given, and shown', () => {
    const { shown, state } = adopt({ format: 'uuid' });
    expect(shown?.['codes']).toHaveLength(10);
    expect(state.counters.remaining).toHaveLength(10);
  });

  test.each([
    [{ codes: [] }, 'codes'],
    [{ codes: ['1234'] }, 'codes'],
    [{ codes: ['ABCD-EFGH-JKMN-PQRS', '0123456789abcdef0123456789abcdef'] }, 'codes'],
    [{ codes: 'ABCD-EFGH-JKMN-PQRS' }, 'codes'],
    [{ code: 'ABCD-EFGH-JKMN-PQRS' }, 'code'],
    [{ count: 3 }, 'count'],
  ])('are refused as %j (REC-04)', (options, path) => {
    expect(() => adopt(options)).toThrow(CountersignError);
    expect(() => adopt(options)).toThrow(
      expect.objectContaining({ issues: [expect.objectContaining({ path })] }) as Error,
    );
  });
});
