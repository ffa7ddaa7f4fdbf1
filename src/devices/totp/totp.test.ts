import { generateSync } from 'otplib';
import { describe, expect, test } from 'vitest';
import { CountersignError } from '../../core/errors.ts';
import { decodeBase32, parseOtpauthUri, totp as totpCode, totpStep } from '../../otp/index.ts';
import vectors from '../../../test/vectors/rfc6238-totp.json' with { type: 'json' };
import type { DeviceState, Verdict } from '../device-kind.ts';
import { type FixtureContext, kindContext, noon, stored } from '../kind-context.fixture.ts';
import type { TotpConfiguration } from './configuration.ts';
import type { TotpCounters, TotpSecret } from './state.ts';
import { totp } from './totp.ts';

type State = DeviceState<TotpSecret, TotpCounters>;
type Context = FixtureContext<TotpConfiguration>;

const kind = totp();

function enrol(options: object = {}, ctx: Context = kindContext(kind)): { ctx: Context; state: State; shown: Shown } {
  const prepared = kind.prepare(kind.options.parse(options), ctx);
  return { ctx, state: stored(prepared.state), shown: prepared.shown as Shown };
}

type Shown = { uri: string; secret: string; qr?: string };

/** The code that an independent implementation shows `steps` steps from now. */
function codeAt(state: State, ctx: Context, steps = 0): string {
  const { algorithm, digits, period, secret } = state.secret;
  return generateSync({
    secret: Buffer.from(secret, 'base64url'),
    algorithm: algorithm.toLowerCase() as 'sha1' | 'sha256' | 'sha512',
    digits,
    period,
    epoch: ctx.now / 1000 + steps * period,
  });
}

function answer(state: State, ctx: Context, code: string | undefined): Verdict<TotpSecret, TotpCounters> {
  return kind.check({ id: 'dev_1', ...state }, undefined, code === undefined ? {} : { code }, ctx);
}

/** The state after an answer that must be accepted, as the database returns it. */
function accept(state: State, ctx: Context, code: string): State {
  const verdict = answer(state, ctx, code);
  if (!verdict.accepted) throw new Error(`refused: ${verdict.reason}`);
  return stored(verdict.next);
}

/** Which steps around now a device would accept, each asked alone. */
function acceptedSteps(state: State, ctx: Context, reach = 15): number[] {
  const steps = Array.from({ length: 2 * reach + 1 }, (_, index) => index - reach);
  return steps.filter((step) => answer(state, ctx, codeAt(state, ctx, step)).accepted);
}

const refused = (reason: string) => ({ accepted: false, reason });

function issuesOf(action: () => unknown): string[] {
  try {
    action();
  } catch (error) {
    if (error instanceof CountersignError && error.code === 'invalid_parameters')
      return error.issues.map((issue) => issue.path);
    throw error;
  }
  return [];
}

const adopt = (options: Record<string, string | number | boolean>) => {
  const adopted = kind.adopt?.(options, kindContext(kind));
  if (adopted === undefined) throw new Error('cannot adopt');
  return adopted;
};

/** Logs in every minute with the code `steps` beside the known drift; an hour later, the window can be asked for. */
function logIn(times: number, steps: number): { state: State; ctx: Context } {
  let { ctx, state } = enrol();
  for (let login = 1; login <= times; login++) {
    ctx = ctx.at(noon + login * 60_000);
    state = accept(state, ctx, codeAt(state, ctx, steps + state.counters.drift));
  }
  return { state, ctx: ctx.at(ctx.now + 3_600_000) };
}

/** For what must not be used. */
const unavailable = () => {
  throw new Error('was used');
};

describe('enrolling an authenticator app', () => {
  test('shows a URI of 160 random bits with only what is not a default (OSS-10, OSS-12, ADJ-14)', () => {
    const { shown, state } = enrol();
    expect(shown).toEqual({
      uri: `otpauth://totp/Countersign:alice?secret=${shown.secret}&issuer=Countersign`,
      secret: expect.stringMatching(/^[A-Z2-7]{32}$/) as string,
      issuer: 'Countersign',
      algorithm: 'SHA1',
      digits: 6,
      period: 30,
    });
    expect(Buffer.from(decodeBase32(shown.secret)).toString('base64url')).toBe(state.secret.secret);
  });

  test('honours sha256, 8 digits and 60 seconds in the URI and in the codes (OSS-54)', () => {
    const { ctx, shown, state } = enrol({ algorithm: 'sha256', digits: 8, period: 60 });
    expect(parseOtpauthUri(shown.uri)).toMatchObject({ algorithm: 'SHA256', digits: 8, period: 60 });
    expect(codeAt(state, ctx)).toHaveLength(8);
    expect(kind.confirm({ state, kept: undefined }, { code: codeAt(state, ctx) }, ctx)).toMatchObject({
      accepted: true,
      method: { name: 'totp', kind: 'possession', at: noon },
    });
  });

  test('draws a QR code only when it is asked for', () => {
    expect(enrol().shown.qr).toBeUndefined();
    const png = Buffer.from(enrol({ qr: true }).shown.qr ?? '', 'base64');
    expect(png.subarray(0, 8).toString('latin1')).toBe('\x89PNG\r\n\x1a\n');
  });

  test('names the account and issuer that the caller chose', () => {
    const key = parseOtpauthUri(enrol({ issuer: 'My Co', account: 'a b@example.org' }).shown.uri);
    expect(key).toMatchObject({ issuer: 'My Co', account: 'a b@example.org' });
  });

  test('gives every enrollment a secret of its own, as long as configured', () => {
    const ctx = kindContext(kind).configured({ secretBytes: 32 });
    const secrets = Array.from({ length: 50 }, () => enrol({}, ctx).shown.secret);
    expect(new Set(secrets).size).toBe(50);
    expect(decodeBase32(secrets[0] ?? '')).toHaveLength(32);
  });

  test.each([
    [-2, false],
    [-1, true],
    [0, true],
    [1, true],
    [2, false],
  ])('a first code of step %i is accepted: %s (OSS-24)', (step, accepted) => {
    const { ctx, state } = enrol();
    const verdict = kind.confirm({ state, kept: undefined }, { code: codeAt(state, ctx, step) }, ctx);
    expect(verdict.accepted).toBe(accepted);
  });

  test('spends the code that completes it (OTP-01)', () => {
    const { ctx, state } = enrol();
    const code = codeAt(state, ctx);
    const verdict = kind.confirm({ state, kept: undefined }, { code }, ctx);
    if (!verdict.accepted) throw new Error('refused');
    expect(answer(verdict.next, ctx, code)).toEqual(refused('replayed'));
  });

  test.each([
    [{ digits: 5 }],
    [{ digits: 9 }],
    [{ digits: '6' }],
    [{ period: 0 }],
    [{ period: 3601 }],
    [{ period: 1.5 }],
    [{ algorithm: 'md5' }],
    [{ algorithm: 'ſha1' }],
    [{ qr: 'yes' }],
    [{ secret: 'GEZDGNBVGY3TQOJQ' }],
    [{ unknown: 1 }],
  ])('refuses the options %j (WIN-08)', (options) => {
    expect(kind.options.safeParse(options).success).toBe(false);
  });

  test.each([
    [{ period: 14 }],
    [{ period: 121 }],
    [{ digits: 7 }],
    [{ back: 11 }],
    [{ ahead: -1 }],
    [{ secretBytes: 15 }],
    [{ maxDrift: 11 }],
    [{ window: 1 }],
  ])('refuses the configuration %j (WIN-08)', (configuration) => {
    expect(kind.configuration.safeParse(configuration).success).toBe(false);
  });
});

describe('judging a code', () => {
  test('accepts the RFC 6238 codes of an adopted secret', () => {
    for (const { mode, time, totp8 } of vectors.vectors) {
      const ctx = kindContext(kind).at(time * 1000);
      const secretHex = vectors.secret_hex[mode as 'SHA1'];
      const adopted = kind.adopt?.({ secretHex, algorithm: mode, digits: 8 }, ctx);
      if (adopted === undefined) throw new Error('cannot adopt');
      expect(answer(adopted.state, ctx, totp8).accepted).toBe(true);
    }
  });

  test('accepts one step before and one after, and no other (ADJ-24, WIN-01)', () => {
    const { ctx, state } = enrol();
    expect(acceptedSteps(state, ctx)).toEqual([-1, 0, 1]);
    expect(acceptedSteps(state, ctx.at(noon + 29_999))).toEqual([-1, 0, 1]);
  });

  test.each([
    [{ back: 2, ahead: 2 }, [-2, -1, 0, 1, 2]],
    [{ back: 0, ahead: 0 }, [0]],
    [{ back: 3, ahead: 0 }, [-3, -2, -1, 0]],
  ])('takes the window %j from the configuration of now (ADJ-25)', (window, steps) => {
    const { ctx, state } = enrol();
    expect(acceptedSteps(state, ctx.configured(window))).toEqual(steps);
  });

  test('keeps the digits, period and algorithm that a device was made with', () => {
    const { ctx, state } = enrol();
    const changed = ctx.configured({ digits: 8, period: 60, algorithm: 'SHA512' });
    expect(answer(state, changed, codeAt(state, ctx)).accepted).toBe(true);
  });

  test('accepts a code once: not again, not later, not as another spelling (OTP-01, OTP-04, ADJ-28)', () => {
    const { ctx, state } = enrol();
    const code = codeAt(state, ctx);
    const used = accept(state, ctx, code);
    for (const spelling of [
      code,
      `${code.slice(0, 3)} ${code.slice(3)}`,
      ` ${code}`,
      `${code}\t`,
      code.replace(/^.../, '$&-'),
    ])
      expect(answer(used, ctx.at(noon + 29_000), spelling)).toEqual(refused('replayed'));
    const fullWidth = code.replace(/\d/g, (digit) => String.fromCodePoint(0xff10 + Number(digit)));
    for (const other of [fullWidth, `0${code}`, `${code}\u200b`, `${code}\u0000`, `+${code}`, `${code}.0`])
      expect(answer(used, ctx, other)).toEqual(refused('malformed'));
  });

  test('accepts a code with blanks around it and in it (OSS-25)', () => {
    const { ctx, state } = enrol();
    const code = codeAt(state, ctx);
    expect(answer(state, ctx, `  ${code.slice(0, 3)} ${code.slice(3)} `).accepted).toBe(true);
  });

  test('refuses an earlier step after a later one, even inside the window (OTP-07, WIN-02)', () => {
    const { ctx, state } = enrol();
    const codes = [-1, 0, 1].map((step) => codeAt(state, ctx, step));
    const used = accept(state, ctx, codes[2] ?? '');
    expect(answer(used, ctx, codes[1])).toEqual(refused('replayed'));
    expect(answer(used, ctx, codes[0])).toEqual(refused('replayed'));
    expect(used.counters.lastStep).toBe(totpStep(noon) + 1);
  });

  test('refuses the code of another user (ADJ-30)', () => {
    const ctx = kindContext(kind);
    const alice = enrol({}, ctx).state;
    const bob = enrol({}, ctx).state;
    expect(answer(bob, ctx, codeAt(alice, ctx))).toEqual(refused('wrong'));
  });

  test('asks for every leading zero (RND-02)', () => {
    const { ctx, state } = enrol();
    let now = noon;
    while (!codeAt(state, ctx.at(now)).startsWith('00')) now += 30_000;
    const code = codeAt(state, ctx.at(now));
    expect(answer(state, ctx.at(now), String(Number(code)))).toEqual(refused('malformed'));
    expect(answer(state, ctx.at(now), code).accepted).toBe(true);
  });

  test('says nothing of the right code when it refuses one (OSS-46)', () => {
    const { ctx, state } = enrol();
    const wrong = codeAt(state, ctx, 9);
    expect(answer(state, ctx, wrong)).toEqual({ accepted: false, reason: 'wrong' });
  });

  test('needs neither randomness nor a hash to judge', () => {
    const { ctx, state } = enrol();
    const bare = { ...ctx, random: { bytes: unavailable }, hash: unavailable, hashMatches: unavailable };
    expect(answer(state, bare, codeAt(state, ctx)).accepted).toBe(true);
    expect(answer(state, bare, codeAt(state, ctx, 9))).toEqual(refused('wrong'));
  });
});

describe('a clock that is wrong', () => {
  test('one slow answer does not move the window', () => {
    const { state, ctx } = logIn(1, -1);
    expect(acceptedSteps(state, ctx)).toEqual([-1, 0, 1]);
  });

  test.each([
    [2, 1, [0, 1, 2]],
    [2, -1, [-2, -1, 0]],
    [4, 1, [2, 3, 4]],
  ])(
    'after %i codes that are %i steps off the window is one interval around the drift (WIN-07)',
    (times, off, steps) => {
      const { state, ctx } = logIn(times, off);
      expect(acceptedSteps(state, ctx)).toEqual(steps);
    },
  );

  test.each([
    [1, [9, 10, 11]],
    [-1, [-11, -10, -9]],
  ])('100 codes at the edge %i cannot move it beyond its bound nor widen it (WIN-06)', (edge, steps) => {
    const { state, ctx } = logIn(100, edge);
    expect(acceptedSteps(state, ctx)).toEqual(steps);
  });

  test('moves by one step at most for one code, however wide the window is (WIN-06)', () => {
    let { state, ctx } = enrol();
    ctx = ctx.configured({ back: 10, ahead: 10 });
    const drifts = [1, 2, 3, 4].map((login) => {
      ctx = ctx.at(noon + login * 3_600_000);
      state = accept(state, ctx, codeAt(state, ctx, 10));
      return state.counters.drift;
    });
    expect(drifts).toEqual([0, 1, 2, 3]);
  });

  test('is not followed when the configuration says so, not even where it was learnt before', () => {
    const { state, ctx } = logIn(5, 1);
    expect(acceptedSteps(state, ctx.configured({ learnDrift: false }))).toEqual([-1, 0, 1]);
    expect(acceptedSteps(state, ctx.configured({ maxDrift: 2 }))).toEqual([1, 2, 3]);
  });
});

describe('a secret that exists already', () => {
  test('is taken in base32 and in hexadecimal', () => {
    const base32 = adopt({
      secret: 'gezd gnbv gy3t qojq gezd gnbv gy3t qojq',
      digits: 7,
      period: 3600,
      algorithm: 'Sha512',
    });
    const hex = adopt({
      secretHex: '3132333435363738393031323334353637383930',
      digits: 7,
      period: 3600,
      algorithm: 'SHA512',
    });
    expect(base32.state).toEqual(hex.state);
    expect(kind.describe(hex.state)).toEqual({ algorithm: 'SHA512', digits: 7, period: 3600 });
  });

  test('is made when none is given', () => {
    expect(adopt({ digits: 8, algorithm: 'SHA256' }).shown).toMatchObject({
      secret: expect.stringMatching(/^[A-Z2-7]{32}$/) as string,
      digits: 8,
    });
  });

  test.each([
    [{ secret: 'GE' }, ['secret']],
    [{ secret: '' }, ['secret']],
    [{ secret: 'GEZDGNBVGY3TQOJ1' }, ['secret']],
    [{ secretHex: '31' }, ['secretHex']],
    [{ secretHex: '313' }, ['secretHex']],
    [{ secretHex: 'zz'.repeat(20) }, ['secretHex']],
    [{ secretHex: '00'.repeat(65) }, ['secretHex']],
    [{ secret: 'GEZDGNBVGY3TQOJQ', secretHex: '31'.repeat(20) }, ['secretHex']],
    [{ secret: 'GEZDGNBVGY3TQOJQ', digits: 1 }, ['digits']],
    [{ secret: 'GEZDGNBVGY3TQOJQ', digits: 99 }, ['digits']],
    [{ secret: 'GEZDGNBVGY3TQOJQ', period: 0 }, ['period']],
    [{ secret: 'GEZDGNBVGY3TQOJQ', period: -30 }, ['period']],
    [{ secret: 'GEZDGNBVGY3TQOJQ', period: 86_400 }, ['period']],
    [{ secret: 'GEZDGNBVGY3TQOJQ', algorithm: 'MD5' }, ['algorithm']],
    [{ digits: 5, period: 0, seed: 'x' }, ['digits', 'period', 'seed']],
  ])('is refused as %j, naming %j and nothing of its value (WIN-08)', (options, paths) => {
    expect(issuesOf(() => adopt(options)).sort()).toEqual(paths);
  });

  test('can be shown again with every parameter, and its code told, when it was created readable', () => {
    const { state } = adopt({ secret: 'GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ', algorithm: 'SHA256', period: 3600 });
    expect(kind.provisioningUri?.(state, { issuer: 'My Co', account: 'a b@x.org' })).toBe(
      'otpauth://totp/My%20Co:a%20b%40x.org?digits=6&secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&algorithm=SHA256&issuer=My%20Co&period=3600',
    );
    const ctx = kindContext(kind);
    const secret = Buffer.from('12345678901234567890');
    expect(kind.currentCode?.(state, ctx)).toBe(totpCode({ secret, algorithm: 'SHA256', period: 3600, time: noon }));
  });
});
