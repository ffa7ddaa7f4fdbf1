import { describe, expect, test } from 'vitest';
import { CountersignError } from '../../core/errors.ts';
import { hotp as hotpCode, parseOtpauthUri } from '../../otp/index.ts';
import vectors from '../../../test/vectors/rfc4226-hotp.json' with { type: 'json' };
import type { DeviceState, Verdict } from '../device-kind.ts';
import { type FixtureContext, kindContext, noon, stored } from '../kind-context.fixture.ts';
import type { OtpKey } from '../otp-key.ts';
import type { HotpConfiguration } from './configuration.ts';
import { hotp } from './hotp.ts';
import type { HotpCounters } from './judge-hotp.ts';

type State = DeviceState<OtpKey, HotpCounters>;
type Context = FixtureContext<HotpConfiguration>;

const kind = hotp();
const last = Number.MAX_SAFE_INTEGER;

function enrol(options: object = {}): { ctx: Context; state: State; shown: Record<string, unknown> } {
  const ctx = kindContext(kind);
  const prepared = kind.prepare(kind.options.parse(options), ctx);
  return { ctx, state: stored(prepared.state), shown: { ...prepared.shown } };
}

function codeOf({ secret }: State, counter: number | bigint): string {
  const { algorithm, digits } = secret;
  return hotpCode({ secret: Buffer.from(secret.secret, 'base64url'), algorithm, digits, counter });
}

function answer(state: State, ctx: Context, code: string): Verdict<OtpKey, HotpCounters> {
  return kind.check({ id: 'dev_1', ...state }, undefined, { code }, ctx);
}

function accept(state: State, ctx: Context, code: string): State {
  const verdict = answer(state, ctx, code);
  if (!verdict.accepted) throw new Error(`refused: ${verdict.reason}`);
  return stored(verdict.next);
}

function resynchronize(state: State, ctx: Context, first: string, second: string): Verdict<OtpKey, HotpCounters> {
  const verdict = kind.resynchronize?.({ id: 'dev_1', ...state }, [{ code: first }, { code: second }], ctx);
  if (verdict === undefined) throw new Error('cannot resynchronize');
  return verdict;
}

const standingAt = (state: State, next: number): State => ({ ...state, counters: { next } });
const refused = (reason: string) => ({ accepted: false, reason });

describe('enrolling a code token', () => {
  test('shows a URI with the counter, and is completed by its first code (OSS-49)', () => {
    const { ctx, shown, state } = enrol({ digits: 8 });
    expect(shown).toMatchObject({ digits: 8, algorithm: 'SHA1', counter: 0 });
    expect(parseOtpauthUri(shown['uri'] as string)).toMatchObject({ type: 'hotp', counter: 0, digits: 8 });
    expect(kind.confirm({ state, kept: undefined }, { code: codeOf(state, 0) }, ctx)).toEqual({
      accepted: true,
      next: standingAt(state, 1),
      method: { name: 'hotp', kind: 'possession', at: noon },
    });
  });

  test('begins where the caller says', () => {
    const { ctx, state } = enrol({ counter: 41 });
    expect(answer(state, ctx, codeOf(state, 40)).accepted).toBe(false);
    expect(accept(state, ctx, codeOf(state, 41)).counters).toEqual({ next: 42 });
  });

  test.each([
    { counter: -1 },
    { counter: 0.5 },
    { counter: last },
    { counter: 2 ** 53 },
    { counter: 2 ** 64 },
    { counter: '0' },
    { digits: 9 },
    { period: 30 },
  ])('refuses the options %j (INP-16, WIN-08)', (options) => {
    expect(kind.options.safeParse(options).success).toBe(false);
  });

  test.each([{ lookAhead: 0 }, { lookAhead: 51 }, { resyncWindow: 1001 }, { digits: 7 }])(
    'refuses the configuration %j (WIN-03)',
    (configuration) => {
      expect(kind.configuration.safeParse(configuration).success).toBe(false);
    },
  );
});

describe('judging a code', () => {
  test('accepts the codes of RFC 4226 Appendix D one after the other', () => {
    const ctx = kindContext(kind);
    const adopted = kind.adopt?.({ secretHex: vectors.secret_hex }, ctx);
    if (adopted === undefined) throw new Error('cannot adopt');
    let { state } = adopted;
    for (const { hotp6 } of vectors.vectors) state = accept(state, ctx, hotp6);
    expect(state.counters.next).toBe(vectors.vectors.length);
  });

  test('kills every counter up to the accepted one (OTP-08)', () => {
    const { ctx, state } = enrol();
    const used = accept(state, ctx, codeOf(state, 5));
    for (const counter of [5, 4, 3, 0]) expect(answer(used, ctx, codeOf(state, counter))).toEqual(refused('replayed'));
    expect(accept(used, ctx, codeOf(state, 6)).counters).toEqual({ next: 7 });
  });

  test('looks ten codes ahead and no further (WIN-03)', () => {
    const { ctx, state } = enrol({ counter: 100 });
    const counters = Array.from({ length: 40 }, (_, index) => index + 85);
    expect(counters.filter((counter) => answer(state, ctx, codeOf(state, counter)).accepted)).toEqual(
      counters.slice(15, 26),
    );
    expect(answer(state, ctx.configured({ lookAhead: 1 }), codeOf(state, 102))).toEqual(refused('wrong'));
  });

  test('accepts the eleven codes of its window and no other guess (WIN-03)', () => {
    const { ctx, state } = enrol();
    const window = new Set(Array.from({ length: 11 }, (_, counter) => codeOf(state, counter)));
    const guesses = Array.from({ length: 5000 }, (_, index) => String(index * 199).padStart(6, '0'));
    const accepted = new Set([...window, ...guesses].filter((code) => answer(state, ctx, code).accepted));
    expect(accepted).toEqual(window);
  });

  test('counts to the last safe integer and refuses beyond it instead of beginning anew (INP-16)', () => {
    const { ctx, state } = enrol();
    const nearEnd = standingAt(state, last - 2);
    const atEnd = accept(nearEnd, ctx, codeOf(state, last - 1));
    expect(atEnd.counters).toEqual({ next: last });
    for (const counter of [last, 2n ** 53n, 0n])
      expect(answer(atEnd, ctx, codeOf(state, counter))).toEqual(refused('wrong'));
    expect(resynchronize(nearEnd, ctx, codeOf(state, last - 1), codeOf(state, last))).toEqual(refused('wrong'));
  });
});

describe('a token that has run away', () => {
  test('is found by two consecutive codes, and both are spent', () => {
    const { ctx, state } = enrol();
    expect(answer(state, ctx, codeOf(state, 80))).toEqual(refused('wrong'));
    const verdict = resynchronize(state, ctx, codeOf(state, 80), codeOf(state, 81));
    expect(verdict).toMatchObject({ accepted: true, next: { counters: { next: 82 } } });
  });

  test('is not found by one code twice, by swapped codes or by codes that are not neighbours (WIN-04)', () => {
    const { ctx, state } = enrol();
    const [a, b, c] = [80, 81, 82].map((counter) => codeOf(state, counter));
    for (const [first = '', second = ''] of [
      [a, a],
      [b, a],
      [a, c],
      [c, a],
    ])
      expect(resynchronize(state, ctx, first, second)).toEqual(refused('wrong'));
    expect(resynchronize(state, ctx, a ?? '', '')).toEqual(refused('malformed'));
    expect(resynchronize(state, ctx, 'abcdef', b ?? '')).toEqual(refused('malformed'));
  });

  test('is looked for in its window only, and never backwards (WIN-04)', () => {
    const { ctx, state } = enrol({ counter: 50 });
    const pair = (counter: number, at = ctx) =>
      resynchronize(state, at, codeOf(state, counter), codeOf(state, counter + 1)).accepted;
    expect([48, 49, 50, 150, 151].map((counter) => pair(counter))).toEqual([false, false, true, true, false]);
    expect(pair(151, ctx.configured({ resyncWindow: 200 }))).toBe(true);
  });
});

describe('a secret that exists already', () => {
  test('is taken with its counter, and its URI shows where it stands', () => {
    const ctx = kindContext(kind);
    const adopted = kind.adopt?.({ secret: 'GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ', counter: 7 }, ctx);
    if (adopted === undefined) throw new Error('cannot adopt');
    expect(
      kind.provisioningUri?.(accept(adopted.state, ctx, codeOf(adopted.state, 9)), {
        issuer: 'Example',
        account: 'bob',
      }),
    ).toBe(
      'otpauth://hotp/Example:bob?digits=6&secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&algorithm=SHA1&issuer=Example&counter=10',
    );
  });

  test('is refused with a counter that cannot be counted on (INP-16)', () => {
    expect(() => kind.adopt?.({ counter: 2 ** 63 }, kindContext(kind))).toThrow(CountersignError);
  });
});
