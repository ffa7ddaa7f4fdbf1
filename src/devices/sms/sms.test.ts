import { describe, expect, test } from 'vitest';
import { refusalOf } from '../../core/refusal.fixture.ts';
import { type FixtureContext, kindContext, noon, stored } from '../kind-context.fixture.ts';
import type { SmsConfiguration } from './configuration.ts';
import { sms } from './sms.ts';

const kind = sms();

function enrol(ctx: FixtureContext<SmsConfiguration>, number = '+1 202 555 0123') {
  const prepared = kind.prepare({ number }, ctx);
  const { state, kept } = stored({ state: prepared.state, kept: prepared.kept });
  if (prepared.deliver === undefined) throw new Error('nothing is sent');
  return { ...prepared, state, kept, message: prepared.deliver, code: prepared.deliver.values['code'] ?? '' };
}

function challenge(ctx: FixtureContext<SmsConfiguration>) {
  const device = { id: 'dev_1', ...enrol(ctx).state };
  const issued = kind.issue?.(device, ctx);
  if (issued?.deliver === undefined) throw new Error('nothing is sent');
  return { device, kept: stored(issued.kept), message: issued.deliver, code: issued.deliver.values['code'] ?? '' };
}

describe('enrolling a telephone', () => {
  test('sends a code at once to the number in the form of E.164, and shows nothing (OSS-47)', () => {
    const { message, shown, code, deviceName, state } = enrol(kindContext(kind));
    expect(message).toEqual({
      channel: 'sms',
      to: '+12025550123',
      template: 'code',
      values: { code, issuer: 'Countersign', user: 'alice', minutes: '5' },
    });
    expect(code).toMatch(/^[0-9]{6}$/);
    expect(shown).toBeUndefined();
    expect(deviceName).toBe('Telephone •••23');
    expect(state).toEqual({ secret: { number: '+12025550123', country: 'US' }, counters: {} });
  });

  test('is completed by the code that came back, and by no other (SMS-03)', () => {
    const ctx = kindContext(kind);
    const { state, kept, code } = enrol(ctx);
    expect(kind.confirm({ state, kept }, { code }, ctx)).toEqual({
      accepted: true,
      next: state,
      method: { name: 'sms', kind: 'possession', at: noon },
    });
    const wrong = code === '000000' ? '000001' : '000000';
    expect(kind.confirm({ state, kept }, { code: wrong }, ctx)).toEqual({ accepted: false, reason: 'wrong' });
    expect(kind.confirm({ state, kept: undefined }, { code }, ctx)).toEqual({
      accepted: false,
      reason: 'not_answerable',
    });
  });

  test('keeps the code only as a keyed hash', () => {
    const { state, kept, code } = enrol(kindContext(kind));
    expect(JSON.stringify({ state, kept })).not.toContain(code);
  });

  test('takes a number without a country only where one is configured', () => {
    const ctx = kindContext(kind);
    expect(refusalOf(() => enrol(ctx, '030 901820')).code).toBe('invalid_parameters');
    expect(enrol(ctx.configured({ defaultCountry: 'DE' }), '030 901820').message.to).toBe('+4930901820');
  });

  test.each(['+1 900 555 0123', '+881612345678', '+979123456789', '+15550100;ext=9', '+1 (555) 0100'])(
    'refuses %s (SMS-02)',
    (number) => {
      expect(refusalOf(() => enrol(kindContext(kind), number)).code).toBe('invalid_parameters');
    },
  );
});

describe('the countries of a policy', () => {
  const german = (ctx: FixtureContext<SmsConfiguration>) => ctx.under({ allowedPhoneCountries: ['DE', 'AT'] });

  test('are the only ones whose numbers are enrolled (SMS-01)', () => {
    expect(enrol(german(kindContext(kind)), '+4930901820').message.to).toBe('+4930901820');
    expect(refusalOf(() => enrol(german(kindContext(kind)))).code).toBe('phone_number_not_allowed');
    expect(refusalOf(() => enrol(kindContext(kind).under({ allowedPhoneCountries: [] }))).code).toBe(
      'phone_number_not_allowed',
    );
  });

  test('are the only ones to which is sent, also after a number was enrolled (SMS-01, FLW-18)', () => {
    const ctx = kindContext(kind);
    const device = { id: 'dev_1', ...enrol(ctx).state };
    expect(kind.issue?.(device, ctx).deliver?.to).toBe('+12025550123');
    expect(refusalOf(() => kind.issue?.(device, german(ctx))).code).toBe('phone_number_not_allowed');
  });

  test('count for a number that an administrator brings along', () => {
    const ctx = kindContext(kind);
    expect(kind.adopt?.({ number: '+1 202 555 0123' }, ctx).state.secret.number).toBe('+12025550123');
    expect(refusalOf(() => kind.adopt?.({ number: '+1 202 555 0123' }, german(ctx))).code).toBe(
      'phone_number_not_allowed',
    );
    expect(refusalOf(() => kind.adopt?.({ number: ['+12025550123'] }, ctx)).code).toBe('invalid_parameters');
  });
});

describe('answering a challenge by SMS', () => {
  test('takes the code of this challenge and not that of the enrollment', () => {
    const ctx = kindContext(kind);
    const { device, kept, code } = challenge(ctx);
    expect(kind.check(device, kept, { code }, ctx).accepted).toBe(true);
    const enrolled = enrol(ctx);
    expect(kind.check(device, enrolled.kept, { code: enrolled.code }, ctx).accepted).toBe(false);
  });

  test('takes no code of another number (SMS-04)', () => {
    const ctx = kindContext(kind);
    const { device, kept, code } = challenge(ctx);
    const moved = { ...device, secret: { number: '+12025550199', country: 'US' } };
    expect(kind.check(moved, kept, { code }, ctx)).toEqual({ accepted: false, reason: 'wrong' });
  });

  test('needs the message, and never goes without a challenge', () => {
    expect(kind.needsMessage?.(enrol(kindContext(kind)).state)).toBe(true);
    expect(kind).not.toHaveProperty('recognizes');
  });
});

describe('the text of an integration', () => {
  test('names the site at which a telephone may offer the code', () => {
    const ctx = kindContext(kind).configured({ issuer: 'Example', origin: 'login.example.org' });
    expect(challenge(ctx).message.values).toMatchObject({ issuer: 'Example', origin: 'login.example.org' });
  });

  test('takes the place of ours, and keeps the line of the site', () => {
    const ctx = kindContext(kind).configured({ text: 'Use {token}', origin: 'example.org' });
    expect(challenge(ctx).message.override).toEqual({ text: 'Use {token}\n\n@{origin} #{code}' });
    expect(challenge(kindContext(kind).configured({ text: 'Use {token}' })).message.override).toEqual({
      text: 'Use {token}',
    });
  });

  test.each([
    { text: 'no code here' },
    { issuer: 'two\nlines' },
    { origin: 'https://example.org' },
    { origin: 'example.org/login' },
    { origin: 'example.org #1' },
    { origin: 'localhost' },
    { defaultCountry: 'Germany' },
    { from: 'x' },
  ])('is refused when it cannot work: %j (SMS-08)', (configuration) => {
    expect(kind.configuration.safeParse(configuration).success).toBe(false);
  });
});

test('of a telephone only the country and two digits are told', () => {
  const { state } = enrol(kindContext(kind));
  expect(kind.describe(state)).toEqual({ number: '•••23', country: 'US' });
  expect(kind.contact?.(state)).toEqual({ channel: 'sms', to: '+12025550123' });
});
