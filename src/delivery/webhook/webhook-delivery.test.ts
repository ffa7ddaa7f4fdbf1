import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, onTestFinished, test } from 'vitest';
import { verifyWebhook } from '../../crypto/index.ts';
import { virtualClock } from '../../testing/index.ts';
import { DeliveryFailure, outbound, type OutgoingMessage, webhookDelivery } from '../index.ts';

interface Request {
  method: string | undefined;
  url: string | undefined;
  headers: IncomingHttpHeaders;
  body: string;
}

const secret = 'whs_0123456789abcdef';
const about = { tenant: 'tnt_1', tenantName: 'Example', id: 'msg_1' };
const code: OutgoingMessage = {
  channel: 'webhook',
  to: 'int_1',
  template: 'code',
  values: { code: '123456', issuer: 'Demo', user: 'alice', minutes: '5' },
};

/** A receiver of webhooks, and a delivery that may reach it. */
async function receiver(
  answer: (response: ServerResponse, request: Request) => void = (response) => response.end('{}'),
) {
  const requests: Request[] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const { method, url, headers } = request;
      const received = { method, url, headers, body: Buffer.concat(chunks).toString() };
      requests.push(received);
      answer(response, received);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const { port } = server.address() as AddressInfo;
  const clock = virtualClock();
  const delivery = webhookDelivery({ outbound: outbound({ allowedNetworks: ['127.0.0.1/32'] }), clock });
  const target = { endpoint: `http://127.0.0.1:${port}/hook`, secrets: [secret], timeoutMs: 5000 };
  return { requests, clock, delivery, target };
}

async function failureOf(delivering: Promise<void>): Promise<DeliveryFailure> {
  const failure = await delivering.then(
    () => undefined,
    (error: unknown) => error,
  );
  if (failure instanceof DeliveryFailure) return failure;
  throw new Error(`not a failed delivery: ${String(failure)}`);
}

describe('a code', () => {
  test('is posted as user and token, with the headers that are configured (AID-30, AID-31)', async () => {
    const { requests, delivery, target } = await receiver();
    const headers = { Authorization: 'Basic dHdvLWZhY3Rvcjp3ZWJob29r', 'X-Env': 'test' };
    await delivery.deliver({ ...code, target: { ...target, headers } }, about);
    const [request] = requests;
    expect(requests).toHaveLength(1);
    expect(request).toMatchObject({ method: 'POST', url: '/hook' });
    expect(request?.headers).toMatchObject({
      authorization: headers.Authorization,
      'x-env': 'test',
      'content-type': 'application/json',
      'countersign-id': 'msg_1',
    });
    expect(JSON.parse(request?.body ?? '')).toEqual({
      id: 'msg_1',
      event: 'code',
      user: { name: 'alice' },
      token: '123456',
      issuer: 'Demo',
      minutes: '5',
    });
  });

  test('is signed with every secret there is (AID-33, OUT-02)', async () => {
    const { requests, delivery, target, clock } = await receiver();
    const old = 'whs_fedcba9876543210';
    await delivery.deliver({ ...code, target: { ...target, secrets: [secret, old] } }, about);
    const [request] = requests;
    const received = {
      signature: String(request?.headers['countersign-signature']),
      body: request?.body ?? '',
      now: clock.now(),
    };
    expect(verifyWebhook({ ...received, secret })).toBe(true);
    expect(verifyWebhook({ ...received, secret: old })).toBe(true);
    expect(verifyWebhook({ ...received, secret: 'whs_another_secret_0' })).toBe(false);
    expect(verifyWebhook({ ...received, secret, now: clock.now() + 301_000 })).toBe(false);
  });

  test('comes with the name of the user and nothing else of him, whatever the values hold (AID-33)', async () => {
    const { requests, delivery, target } = await receiver();
    const values = { ...code.values, password: 'pw', secretKey: 'JBSWY3DPEHPK3PXP', secret: 'x', __proto__: 'y' };
    await delivery.deliver({ ...code, values, target: { ...target } }, about);
    expect(Object.keys(JSON.parse(requests[0]?.body ?? '') as object)).toEqual([
      'id',
      'user',
      'event',
      'token',
      'issuer',
      'minutes',
    ]);
  });

  test('that is not taken in time fails, after the time that was set in milliseconds (AID-32)', async () => {
    const { delivery, target } = await receiver(() => undefined);
    const failure = await failureOf(delivery.deliver({ ...code, target: { ...target, timeoutMs: 150 } }, about));
    expect(failure.detail).toContain('no answer within 150 ms');
    expect(failure.mayHaveArrived).toBe(true);
    expect(JSON.stringify([failure.detail, failure.message])).not.toContain('123456');
  });
});

describe('a notice', () => {
  test('says what has happened, to whom, when and about what', async () => {
    const { requests, delivery, target } = await receiver();
    const values = {
      event: 'device_added',
      user: 'alice',
      integration: 'Demo',
      at: '2026-01-31T08:30:00.000Z',
      device: 'App',
      deviceId: 'dev_1',
      kind: 'totp',
      ip: '192.0.2.7',
    };
    await delivery.deliver({ ...code, template: 'notice', values, target }, about);
    expect(JSON.parse(requests[0]?.body ?? '')).toEqual({
      id: 'msg_1',
      event: 'device_added',
      user: { name: 'alice' },
      at: values.at,
      integration: 'Demo',
      device: { name: 'App', kind: 'totp', id: 'dev_1' },
      ip: '192.0.2.7',
    });
  });
});

describe('a receiver', () => {
  test.each([
    [200, undefined],
    [204, undefined],
    [302, [false, true]],
    [400, [false, true]],
    [410, [true, true]],
    [500, [false, true]],
  ])('that answers %i has taken it, or not', async (status, failure) => {
    const { delivery, target } = await receiver((response) => response.writeHead(status).end());
    const told: unknown = await delivery.deliver({ ...code, target }, about).catch((error: unknown) => error);
    const seen = told instanceof DeliveryFailure ? [told.permanent, told.mayHaveArrived] : told;
    expect(seen).toEqual(failure);
  });

  test('at an address that may not be reached is not asked (OUT-01)', async () => {
    const { requests, target } = await receiver();
    const delivery = webhookDelivery({ outbound: outbound(), clock: virtualClock() });
    const failure = await failureOf(delivery.deliver({ ...code, target }, about));
    expect(failure).toMatchObject({ mayHaveArrived: false, code: 'delivery_failed' });
    expect(requests).toEqual([]);
  });

  test('that fails five times in a row is left alone for half a minute, then asked once (OUT-04)', async () => {
    let status = 500;
    const { requests, delivery, target, clock } = await receiver((response) => response.writeHead(status).end());
    const deliver = () => delivery.deliver({ ...code, target }, about);
    for (let time = 0; time < 5; time++) await failureOf(deliver());
    expect((await failureOf(deliver())).detail).toContain('left alone');
    expect(requests).toHaveLength(5);
    clock.advance(30_000);
    await failureOf(deliver());
    expect((await failureOf(deliver())).detail).toContain('left alone');
    expect(requests).toHaveLength(6);
    // Another integration's receiver is asked all the time.
    await failureOf(delivery.deliver({ ...code, to: 'int_2', target }, about));
    expect(requests).toHaveLength(7);
    clock.advance(30_000);
    status = 200;
    await deliver();
    await deliver();
    expect(requests).toHaveLength(9);
  });

  test('that is slow has fifty requests at the same time and no more (OUT-04)', async () => {
    const waiting: ServerResponse[] = [];
    const { requests, delivery, target } = await receiver((response) => void waiting.push(response));
    const deliver = () => delivery.deliver({ ...code, target }, about);
    const fifty = Array.from({ length: 50 }, deliver);
    expect((await failureOf(deliver())).detail).toContain('50 requests are under way');
    await expect.poll(() => waiting.length).toBe(50);
    for (const response of waiting) response.end();
    await Promise.all(fifty);
    expect(requests).toHaveLength(50);
  });

  test('there is none: nothing is tried', async () => {
    const { delivery } = await receiver();
    expect(await failureOf(delivery.deliver(code, about))).toMatchObject({ permanent: true });
  });
});
