import { describe, expect, test } from 'vitest';
import type { JsonObject } from '../core/model.ts';
import { builtInKinds, deviceKinds } from './index.ts';
import { kindContext, stored } from './kind-context.fixture.ts';

const options: Record<string, JsonObject> = {
  email: { address: 'alice@example.org' },
  sms: { number: '+12025550123' },
  yubikey: {
    publicId: 'cccccccccccb',
    privateId: '8792ebfe26cc',
    aesKey: 'ecde18dbe76fbd0c33330f1c354871db',
  },
};

const kinds = builtInKinds().map((kind) => ({ name: kind.name, kind }));

describe('the kinds of this package', () => {
  test('are offered in this order', () => {
    expect(builtInKinds().map((kind) => kind.name)).toEqual([
      'totp',
      'hotp',
      'webauthn',
      'email',
      'sms',
      'yubikey',
      'push',
      'recovery-codes',
      'temporary-access-pass',
    ]);
    const registry = deviceKinds(builtInKinds());
    expect(registry.get('hotp')?.title).toBe('Code token');
    expect(registry.get('constructor')).toBeUndefined();
    expect(() => deviceKinds([...builtInKinds(), ...builtInKinds()])).toThrow(TypeError);
  });

  test('are made anew by every call, so that nobody shares one', () => {
    expect(builtInKinds()[0]).not.toBe(builtInKinds()[0]);
  });
});

describe.each(kinds)('the kind $name', ({ name, kind }) => {
  const prepare = () => {
    const ctx = kindContext(kind);
    return { ctx, ...kind.prepare(kind.options.parse(options[name] ?? {}), ctx) };
  };

  test('works without any configuration, and refuses what it does not know', () => {
    expect(kind.configuration.safeParse({}).success).toBe(true);
    expect(kind.configuration.safeParse({ unknown: true }).success).toBe(false);
  });

  test('makes a state that survives storage as JSON', () => {
    const { state, kept } = prepare();
    expect(stored(state)).toEqual(state);
    expect(kept === undefined ? undefined : stored(kept)).toEqual(kept);
  });

  test('keeps what is secret out of the counters and of what is told', () => {
    const { state, shown, deliver } = prepare();
    const told = JSON.stringify([state.counters, kind.describe(state)]);
    const codes = (shown?.['codes'] ?? [shown?.['code']]) as string[];
    const { aesKey, privateId } = state.secret as { aesKey?: string; privateId?: string };
    const secrets = [shown?.['secret'], deliver?.values['code'], deliver?.to, aesKey, privateId, ...codes].filter(
      (text) => typeof text === 'string',
    );
    // These know nothing secret before the first answer, which is bound to what they ask.
    expect(secrets.length > 0).toBe(!['webauthn', 'push'].includes(name));
    for (const secret of secrets) expect(told).not.toContain(secret);
    expect(told).not.toContain((state.secret as { secret?: string }).secret ?? 'alice@');
  });

  test.each([
    ['no answer', {}],
    ['undefined', { code: undefined }],
    ['null', { code: null }],
    ['a number', { code: 123_456 }],
    ['an array', { code: ['123456'] }],
    ['an object', { code: { length: 6 } }],
    ['true', { code: true }],
    ['nothing', { code: '' }],
    ['a blank', { code: ' ' }],
    ['NUL', { code: '\u0000' }],
    ['NUL at the end', { code: '123456\u0000' }],
    ['a line feed', { code: '123456\n' }],
    ['full-width digits', { code: '１２３４５６' }],
    ['Arabic digits', { code: '١٢٣٤٥٦' }],
    ['a sign', { code: '+12345' }],
    ['an exponent', { code: '1e5000' }],
    ['hexadecimal', { code: '0x1e24' }],
    ['a megabyte of digits', { code: '1'.repeat(1 << 20) }],
    ['a megabyte of blanks', { code: `${' '.repeat(1 << 20)}123456` }],
    ['half a character', { code: '\ud800'.repeat(6) }],
    ['another form of answer', { response: { id: 'x' } }],
  ])('refuses %s as malformed, in every function (INP-01, INP-02, INP-03)', (_name, given) => {
    const { ctx, state, kept } = prepare();
    const answer = given as { code?: string };
    const malformed = { accepted: false, reason: 'malformed' };
    const device = { id: 'dev_1', ...state };
    expect(kind.confirm({ state, kept }, answer, ctx)).toEqual(malformed);
    expect(kind.check(device, kind.issue?.(device, ctx).kept, answer, ctx)).toEqual(malformed);
    expect(kind.recognizes?.(answer) ?? false).toBe(false);
    expect(kind.resynchronize?.(device, [answer, { code: '123456' }], ctx) ?? malformed).toEqual(malformed);
    expect(kind.resynchronize?.(device, [{ code: '123456' }, answer], ctx) ?? malformed).toEqual(malformed);
  });

  test('leaves the state that it was given as it was', () => {
    const { ctx, state, kept } = prepare();
    const before = stored({ state, kept: kept ?? null });
    kind.confirm({ state, kept }, { code: '000000' }, ctx);
    kind.check({ id: 'dev_1', ...state }, kept, { code: '0000-0000-0000-0000' }, ctx);
    expect(stored({ state, kept: kept ?? null })).toEqual(before);
  });
});
