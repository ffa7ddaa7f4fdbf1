import { describe, expect, test } from 'vitest';
import { systemClock } from '../../core/clock.ts';
import type { OutgoingMessage } from '../../core/message.ts';
import { failureOf } from '../failure-of.fixture.ts';
import { openGateway } from './open-gateway.ts';
import { outboundHere, type Provider, startProvider } from './provider.fixture.ts';
import { smsDelivery } from './sms-delivery.ts';
import type { SmsGateway } from './gateway.ts';

const message: OutgoingMessage = {
  channel: 'sms',
  to: '+12025550123',
  template: 'code',
  values: { code: '042179', minutes: '5' },
};
const about = { tenant: 'tnt_1', tenantName: 'Café “Example”', id: 'msg_1' };

function through(providers: readonly Provider[]): SmsGateway[] {
  return providers.map(({ url }, index) => {
    const options = {
      name: `gateway ${index + 1}`,
      method: 'POST' as const,
      url: `${url}/{digits}`,
      headers: {},
      body: '{text}',
      contentType: 'text/plain',
      timeoutMs: 300,
    };
    return openGateway({ type: 'http', options }, outboundHere(), systemClock);
  });
}

const counts = (providers: readonly Provider[]) => providers.map(({ requests }) => requests.length);

describe('several SMS gateways', () => {
  test('are asked in their order, until one takes the message', async () => {
    const providers = [await startProvider({ status: 403 }), await startProvider(), await startProvider()];
    await smsDelivery({ gateways: through(providers) }).deliver(message, about);
    expect(counts(providers)).toEqual([1, 1, 0]);
    expect(providers[1]?.requests[0]).toMatchObject({
      target: '/12025550123',
      body: '042179 is your code for Café "Example". Valid for 5 minutes. Do not share it.',
    });
  });

  test('are asked on when the one before cannot be reached', async () => {
    const providers = [await startProvider(), await startProvider()];
    await providers[0]?.close();
    await smsDelivery({ gateways: through(providers) }).deliver(message, about);
    expect(counts(providers)).toEqual([0, 1]);
  });

  test.each([
    ['hangs up', { hangUp: true }],
    ['has lost its way', { status: 502 }],
    ['sends elsewhere', { status: 307 }],
  ])('are not asked on when the one before %s: the message may be on its way', async (_, answer) => {
    const providers = [await startProvider(answer), await startProvider()];
    const { error, logged } = await failureOf(smsDelivery({ gateways: through(providers) }).deliver(message, about));
    expect(error).toMatchObject({ code: 'delivery_failed', mayHaveArrived: true });
    expect(error.detail).toContain('gateway 1: ');
    expect(logged).not.toMatch(/042179|2025550123/);
    expect(counts(providers)).toEqual([1, 0]);
  });

  test('all that refuse are named with their reasons', async () => {
    const providers = [await startProvider({ status: 401 }), await startProvider({ status: 429 })];
    const { error } = await failureOf(smsDelivery({ gateways: through(providers) }).deliver(message, about));
    expect(error).toMatchObject({ code: 'delivery_failed', mayHaveArrived: false });
    expect(error.detail).toContain('gateway 1: status 401; gateway 2: status 429');
  });

  test('one that breaks tells nothing, and ends the search', async () => {
    const providers = [await startProvider()];
    const broken: SmsGateway = { name: 'broken', timeoutMs: 1, send: (sms) => Promise.reject(new Error(sms.text)) };
    const delivery = smsDelivery({ gateways: [broken, ...through(providers)] });
    const { error, logged } = await failureOf(delivery.deliver(message, about));
    expect(error.detail).toContain('broken: the gateway broke');
    expect(logged).not.toContain('042179');
    expect(counts(providers)).toEqual([0]);
  });

  test('take as long as all of them together, until somebody may think that they are gone', async () => {
    const providers = [await startProvider(), await startProvider()];
    expect(smsDelivery({ gateways: through(providers) }).timeoutMs).toBe(600);
  });

  test('take nothing but SMS to a number in the form of E.164', async () => {
    const providers = [await startProvider()];
    const delivery = smsDelivery({ gateways: through(providers) });
    for (const wrong of [
      { ...message, to: '2025550123' },
      { ...message, to: '+12025550123&to=+12025550124' },
      { ...message, channel: 'mail' as const },
    ]) {
      expect((await failureOf(delivery.deliver(wrong, about))).error.code).toBe('delivery_failed');
    }
    await delivery.close();
    expect((await failureOf(delivery.deliver(message, about))).error.detail).toContain('closed');
    expect(counts(providers)).toEqual([0]);
  });
});
