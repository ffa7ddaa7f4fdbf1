import { describe, expect, it } from 'vitest';
import type { CountersignError } from '../../core/errors.ts';
import { totp as totpCode } from '../../otp/index.ts';
import type { KindDevice, Verdict } from '../device-kind.ts';
import { kindContext, noon, stored } from '../kind-context.fixture.ts';
import type { TotpCounters, TotpSecret } from './state.ts';
import { totp } from './totp.ts';

const kind = totp();
const step = 30_000;

/** What a challenge keeps. */
const sent = { sent: true };

type Device = KindDevice<TotpSecret, TotpCounters>;

function prepare(transport: object, ctx = context()) {
  const prepared = kind.prepare(kind.options.parse({ transport }), ctx);
  const device: Device = { id: 'dev_1', ...stored(prepared.state) };
  return { ...prepared, device, ctx };
}

function context() {
  const ctx = kindContext(kind);
  return { ...ctx, asked: { ...ctx.asked, integrationId: 'int_1' } };
}

/** The code of an app that had the key. */
function codeAt(device: Device, time: number): string {
  return totpCode({ secret: Buffer.from(device.secret.secret, 'base64url'), time });
}

function after(device: Device, verdict: Verdict<TotpSecret, TotpCounters>): Device {
  if (!verdict.accepted) throw new Error(`refused: ${verdict.reason}`);
  return { id: device.id, ...stored(verdict.next) };
}

function refusalOf(act: () => unknown): Partial<CountersignError> | undefined {
  try {
    act();
    return undefined;
  } catch (error) {
    const { code, issues } = error as CountersignError;
    return { code, ...(issues.length === 0 ? {} : { issues }) };
  }
}

const mail = { channel: 'mail', to: 'alice@example.org' };
const sms = { channel: 'sms', to: '+49 30 901820' };

describe('a TOTP device whose codes are sent', () => {
  it('shows no key, and sends the code that is valid now (AID-16)', () => {
    const { shown, deliver, device, deviceName } = prepare(mail);
    expect(shown).toEqual({});
    expect(deviceName).toBe('Codes for a•••e@example.org');
    expect(deliver).toEqual({
      channel: 'mail',
      to: 'alice@example.org',
      template: 'code',
      values: { code: codeAt(device, noon), issuer: 'Countersign', user: 'alice' },
    });
  });

  it.each([
    [mail, 'mail', 'alice@example.org'],
    [sms, 'sms', '+4930901820'],
    [{ channel: 'webhook' }, 'webhook', 'int_1'],
  ])('takes the way %j for each challenge (AID-30)', (transport, channel, to) => {
    const { device, ctx } = prepare(transport);
    const later = { ...ctx, now: noon + 10 * step };
    const issued = kind.issue?.(device, later);
    expect(issued).toMatchObject({ deliver: { channel, to, values: { code: codeAt(device, later.now) } } });
    expect(issued?.kept).toEqual(sent);
    expect(issued?.shown).toBeUndefined();
    expect(kind.check(device, sent, { code: issued?.deliver?.values['code'] ?? '' }, later).accepted).toBe(true);
  });

  it('is told how many whole minutes its code is good for, where the window is as long', () => {
    const slow = { ...context(), config: context().configured({ back: 5 }).config };
    expect(prepare(mail, slow).deliver?.values).toMatchObject({ minutes: '2' });
  });

  it('sends the next code when the one of this moment has been used, and that is accepted', () => {
    const { device, ctx, deliver } = prepare(mail);
    const used = after(device, kind.check(device, sent, { code: deliver?.values['code'] ?? '' }, ctx));
    const next = kind.issue?.(used, ctx).deliver?.values['code'] ?? '';
    expect(next).toBe(codeAt(device, noon + step));
    const usedAgain = after(used, kind.check(used, sent, { code: next }, ctx));
    // No further ahead than would be accepted.
    expect(kind.issue?.(usedAgain, ctx).deliver?.values['code']).toBe(next);
    expect(kind.check(usedAgain, sent, { code: next }, ctx)).toEqual({ accepted: false, reason: 'replayed' });
  });

  it('is answered for a challenge only: who was sent nothing can only guess (FLW-01)', () => {
    const { device, ctx, deliver } = prepare(mail);
    const code = deliver?.values['code'] ?? '';
    expect(kind.check(device, undefined, { code }, ctx)).toEqual({ accepted: false, reason: 'not_answerable' });
    expect(kind.check(device, sent, { code }, ctx).accepted).toBe(true);
  });

  it('learns nothing about a clock from a message that took its time', () => {
    let { device } = prepare(mail);
    const { ctx } = prepare(mail);
    for (let round = 1; round <= 4; round++) {
      const now = noon + round * 10 * step;
      const code = kind.issue?.(device, { ...ctx, now }).deliver?.values['code'] ?? '';
      device = after(device, kind.check(device, sent, { code }, { ...ctx, now: now + step }));
      expect(device.counters).toMatchObject({ drift: 0, lean: 0 });
    }
  });

  it('cannot be answered without its message, reaches its owner by it, and tells the address masked only', () => {
    const { device } = prepare(mail);
    expect(kind.needsMessage?.(device)).toBe(true);
    expect(kind.contact?.(device)).toEqual({ channel: 'mail', to: 'alice@example.org' });
    expect(kind.describe(device)).toMatchObject({ transport: { channel: 'mail', to: 'a•••e@example.org' } });
    const telephone = prepare(sms).device;
    expect(kind.contact?.(telephone)).toEqual({ channel: 'sms', to: '+4930901820' });
    expect(kind.describe(telephone)).toMatchObject({ transport: { channel: 'sms', to: '•••20' } });
    const hook = prepare({ channel: 'webhook' }).device;
    expect(kind.contact?.(hook)).toBeUndefined();
    expect(kind.describe(hook)).toMatchObject({ transport: { channel: 'webhook' } });
  });

  it('can be made from a key that exists, and shows that no more than a new one', () => {
    const options = { secret: 'GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ', transport: mail };
    const adopted = kind.adopt?.(options, context());
    expect(adopted?.shown).toEqual({});
    expect(adopted?.state.secret.transport).toEqual(mail);
  });

  it.each([
    [{ channel: 'mail' }, 'transport.to'],
    [{ channel: 'mail', to: 'nobody' }, 'transport.to'],
    [{ channel: 'sms', to: '030' }, 'transport.to'],
    [{ channel: 'webhook', to: 'https://192.0.2.1/' }, 'transport.to'],
  ])('is not made with %j', (transport, path) => {
    expect(refusalOf(() => prepare(transport))).toMatchObject({ code: 'invalid_parameters', issues: [{ path }] });
  });

  it('keeps to the domains and countries of the policy, also of one that has become stricter', () => {
    const strict = { ...context(), policy: context().under({ allowedMailDomains: ['example.com'] }).policy };
    const french = { ...context(), policy: context().under({ allowedPhoneCountries: ['FR'] }).policy };
    expect(refusalOf(() => prepare(mail, strict))).toEqual({ code: 'mail_domain_not_allowed' });
    expect(refusalOf(() => prepare(sms, french))).toEqual({ code: 'phone_number_not_allowed' });
    expect(refusalOf(() => kind.issue?.(prepare(mail).device, strict))).toEqual({ code: 'mail_domain_not_allowed' });
    expect(refusalOf(() => kind.issue?.(prepare(sms).device, french))).toEqual({ code: 'phone_number_not_allowed' });
  });
});

describe('a TOTP device of an app', () => {
  it('sends nothing, and needs no message', () => {
    const ctx = kindContext(kind);
    const { state, deliver } = kind.prepare(kind.options.parse({}), ctx);
    const device = { id: 'dev_1', ...state };
    expect(deliver).toBeUndefined();
    expect(kind.issue?.(device, ctx)).toEqual({});
    expect(kind.needsMessage?.(device)).toBe(false);
    expect(kind.contact?.(device)).toBeUndefined();
  });
});
