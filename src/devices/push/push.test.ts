import { createECDH } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import type { JsonObject } from '../../core/model.ts';
import { type FixtureContext, kindContext, noon, seededRandom, stored } from '../kind-context.fixture.ts';
import type { PushConfiguration } from './configuration.ts';
import { push } from './push.ts';

const kind = push();
const refused = (reason: string) => ({ accepted: false, reason });
const random = seededRandom('browsers');
const newToken = () => Buffer.from(random.bytes(32)).toString('base64url');
const subscription = {
  endpoint: 'https://push.example.org/send/abc',
  keys: {
    p256dh: createECDH('prime256v1').generateKeys().toString('base64url'),
    auth: Buffer.alloc(16, 1).toString('base64url'),
  },
};

function confirm(ctx: FixtureContext<PushConfiguration>, response: unknown) {
  const { state, kept } = kind.prepare({}, ctx);
  return kind.confirm({ state: stored(state), kept }, { response }, ctx);
}

function enrol(ctx: FixtureContext<PushConfiguration>, more: JsonObject = {}) {
  const token = newToken();
  const verdict = confirm(ctx, { token, ...more });
  if (!verdict.accepted) throw new Error('the browser is refused');
  return { token, device: { id: 'dev_1', ...stored(verdict.next) } };
}

function ask(ctx: FixtureContext<PushConfiguration>, { device }: ReturnType<typeof enrol>) {
  const issued = kind.issue?.(device, ctx);
  if (issued === undefined) throw new Error('nothing is asked');
  return { ...issued, kept: stored(issued.kept), number: issued.shown?.['number'] as string };
}

describe('enrolling a browser', () => {
  test('shows nothing and sends nothing before, and takes the token that the browser has made', () => {
    const ctx = kindContext(kind);
    const prepared = kind.prepare({}, ctx);
    expect(prepared).toEqual({ state: { secret: { tokenHash: '' }, counters: {} }, deviceName: 'This browser' });
    const { token, device } = enrol(ctx);
    expect(confirm(ctx, { token })).toMatchObject({
      accepted: true,
      method: { name: 'push', kind: 'possession', at: noon },
    });
    expect(device.secret).toEqual({ tokenHash: expect.stringMatching(/^[\w-]{43}$/) as string });
    expect(JSON.stringify(device)).not.toContain(token);
    expect(kind.lookup?.(device)).toBe(device.secret.tokenHash);
    expect(kind.describe(device)).toEqual({ wakes: false });
  });

  test('keeps where the browser can be woken, and forgets it when that is gone', () => {
    const ctx = kindContext(kind);
    const { device } = enrol(ctx, { subscription });
    expect(device.secret.subscription).toEqual(subscription);
    expect(kind.describe(device)).toEqual({ wakes: true });
    const left = kind.readdress?.(device, undefined);
    expect(left).toEqual({ secret: { tokenHash: device.secret.tokenHash }, counters: {} });
    expect(left && kind.readdress?.(left, subscription)).toEqual({ secret: device.secret, counters: {} });
    expect(left && kind.readdress?.(left, { endpoint: 'https://push.example.org/' })).toBeUndefined();
    expect(enrol(ctx, { subscription: null }).device.secret).not.toHaveProperty('subscription');
  });

  const token = newToken();
  test.each([
    ['no token', {}],
    ['a short token', { token: token.slice(1) }],
    ['a token of another spelling (RND-06)', { token: `${token.slice(0, 42)}B` }],
    ['a list of tokens', { token: [token] }],
    ['a subscription that is none', { token, subscription: {} }],
    ['an endpoint without TLS', { token, subscription: { ...subscription, endpoint: 'http://push.example.org/a' } }],
    ['an endpoint with a user', { token, subscription: { ...subscription, endpoint: 'https://a@push.example.org/' } }],
    ['an endpoint that is no URL', { token, subscription: { ...subscription, endpoint: 'push' } }],
    [
      'a key that is too short',
      { token, subscription: { ...subscription, keys: { ...subscription.keys, auth: 'AAAA' } } },
    ],
    [
      'a key that is no point',
      { token, subscription: { ...subscription, keys: { ...subscription.keys, p256dh: 'A'.repeat(86) + 'A' } } },
    ],
  ])('refuses %s as malformed', (_, response) => {
    expect(confirm(kindContext(kind), response)).toEqual(refused('malformed'));
  });
});

describe('a question to a browser', () => {
  test('shows a number of two digits to whoever asks, and takes one answer (SMS-07)', () => {
    const ctx = kindContext(kind);
    const browser = enrol(ctx);
    const asked = ask(ctx, browser);
    expect(asked.shown).toEqual({ number: expect.stringMatching(/^[1-9][0-9]$/) as string });
    expect(asked.attempts).toBe(1);
    expect(asked.deliver).toBeUndefined();
    expect(asked.kept).toEqual({
      salt: expect.stringMatching(/^[\w-]{12}$/) as string,
      numberHash: expect.stringMatching(/^[\w-]{43}$/) as string,
    });
    expect(kind.prompts).toBe(true);
    expect(kind).not.toHaveProperty('needsMessage');
    expect(kind).not.toHaveProperty('recognizes');
  });

  test('wakes a browser that can be woken, and never tells it the number', () => {
    const ctx = kindContext(kind).under({ challenge: { lifeSeconds: 120 } });
    ctx.asked = { integration: 'Portal', reference: 'Payroll', ip: '192.0.2.7' };
    const asked = ask(ctx, enrol(ctx, { subscription }));
    expect(asked.deliver).toEqual({
      channel: 'push',
      to: subscription.endpoint,
      target: subscription.keys,
      template: 'question',
      values: { issuer: 'Portal', user: 'alice', reference: 'Payroll', ip: '192.0.2.7', seconds: '120' },
    });
  });

  test('is approved by the browser that was asked, with the number that is shown', () => {
    const ctx = kindContext(kind);
    const browser = enrol(ctx);
    const { kept, number } = ask(ctx, browser);
    const response = { token: browser.token, number: ` ${number} ` };
    expect(kind.check(browser.device, kept, { response }, ctx)).toEqual({
      accepted: true,
      next: { secret: browser.device.secret, counters: {} },
      method: { name: 'push', kind: 'possession', at: noon },
    });
    expect(kind.check(browser.device, undefined, { response }, ctx)).toEqual(refused('not_answerable'));
  });

  test('is approved by no other number, whatever somebody types who does not see it', () => {
    const ctx = kindContext(kind);
    const browser = enrol(ctx);
    const { kept, number } = ask(ctx, browser);
    const accepted = Array.from({ length: 100 }, (_, index) => String(index).padStart(2, '0')).filter(
      (guess) => kind.check(browser.device, kept, { response: { token: browser.token, number: guess } }, ctx).accepted,
    );
    expect(accepted).toEqual([number]);
  });

  test('is not approved by another browser, nor by the number of another question', () => {
    const ctx = kindContext(kind);
    const [browser, other] = [enrol(ctx), enrol(ctx)];
    const asked = ask(ctx, browser);
    let next = ask(ctx, browser);
    while (next.number === asked.number) next = ask(ctx, browser);
    const check = (token: string, number: string) =>
      kind.check(browser.device, asked.kept, { response: { token, number } }, ctx);
    expect(check(other.token, asked.number)).toEqual(refused('wrong'));
    expect(check(browser.token, next.number)).toEqual(refused('wrong'));
    expect(
      kind.check(other.device, asked.kept, { response: { token: browser.token, number: asked.number } }, ctx),
    ).toEqual(refused('wrong'));
  });

  test.each([
    ['no number', (number: string) => ({ number: undefined, seen: number })],
    ['a number as a number', (number: string) => ({ number: Number(number) })],
    ['a list of numbers', (number: string) => ({ number: [number] })],
    ['three digits', (number: string) => ({ number: `${number}0` })],
    ['full-width digits', () => ({ number: '４２' })],
    ['a megabyte', (number: string) => ({ number: `${' '.repeat(1 << 20)}${number}` })],
  ])('refuses %s as malformed (INP-01, INP-03)', (_, make) => {
    const ctx = kindContext(kind);
    const browser = enrol(ctx);
    const { kept, number } = ask(ctx, browser);
    const response = { token: browser.token, ...make(number) };
    expect(kind.check(browser.device, kept, { response }, ctx)).toEqual(refused('malformed'));
  });

  test('has numbers that are evenly spread (RND-01)', () => {
    const ctx = kindContext(kind);
    const browser = enrol(ctx);
    const counts = new Map<string, number>();
    const total = 9000;
    for (let index = 0; index < total; index++) {
      const { number } = ask(ctx, browser);
      counts.set(number, (counts.get(number) ?? 0) + 1);
    }
    expect(counts.size).toBe(90);
    const chiSquare = [...counts.values()].reduce((sum, count) => sum + (count - total / 90) ** 2 / (total / 90), 0);
    expect(chiSquare).toBeLessThan(143.3); // 89 degrees of freedom, α = 2·10⁻⁴
  });
});
