// An integration of a served program that takes the codes of its users by webhook, as those of Aidbox did (AID-30..33).
import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { verifyWebhook } from '../src/index.ts';
import { startTestServer, type TestServer } from '../src/server/server.fixture.ts';
import { virtualClock } from '../src/testing/index.ts';

interface Received {
  headers: IncomingHttpHeaders;
  body: string;
}

const received: Received[] = [];
let answer: (response: ServerResponse) => void = (response) => response.end('{}');
const receiver = createServer((request, response) => {
  const chunks: Buffer[] = [];
  request.on('data', (chunk: Buffer) => chunks.push(chunk));
  request.on('end', () => {
    received.push({ headers: request.headers, body: Buffer.concat(chunks).toString() });
    answer(response);
  });
});
const clock = virtualClock();
let served: TestServer;
let endpoint: string;
let secret: string;

async function administer(method: string, path: string, body?: object) {
  const { login, password } = served.file.admin;
  const response = await fetch(`${served.server.url}${path}`, {
    method,
    headers: {
      Authorization: `Basic ${Buffer.from(`${login}:${password}`).toString('base64')}`,
      'X-Tenant': served.file.tenant,
      'Content-Type': 'application/json',
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  return { status: response.status, body: (await response.json()) as Record<string, unknown> };
}

const path = () => `/v1/integrations/${served.file.integration.id}/webhook`;
const tokenOf = (one: Received | undefined) => (JSON.parse(one?.body ?? '{}') as { token?: string }).token ?? '';

beforeAll(async () => {
  await new Promise<void>((resolve) => receiver.listen(0, '127.0.0.1', resolve));
  endpoint = `http://127.0.0.1:${(receiver.address() as AddressInfo).port}/webhook/two-factor-confirmation`;
  served = await startTestServer({ clock, config: { outbound: { allowedNetworks: ['127.0.0.1/32'] } } });
  const headers = { Authorization: 'Basic dHdvLWZhY3Rvci13ZWJob29rOnR3by1mYWN0b3Itd2ViaG9vaw==' };
  const set = await administer('PUT', path(), { endpoint, headers, timeoutMs: 400 });
  if (set.status !== 200) throw new Error(`the webhook was not set: ${JSON.stringify(set.body)}`);
  secret = set.body['secret'] as string;
});
afterAll(async () => {
  await served.close();
  receiver.closeAllConnections();
  receiver.close();
});

describe('a TOTP device whose codes go by webhook', () => {
  test('is enrolled and answers with what the endpoint was sent: name and token, signed, with its headers (AID-30, AID-31, AID-33)', async () => {
    const { body } = await served.call('/v1/enrollments', { user: 'alice' });
    const { id } = body as { id: string };
    const options = { transport: { channel: 'webhook' } };
    expect(await served.call(`/v1/enrollments/${id}/prepare`, { kind: 'totp', options })).toMatchObject({
      status: 200,
    });
    expect(received).toHaveLength(1);
    const [first] = received;
    expect(first?.headers.authorization).toBe('Basic dHdvLWZhY3Rvci13ZWJob29rOnR3by1mYWN0b3Itd2ViaG9vaw==');
    expect(JSON.parse(first?.body ?? '')).toMatchObject({ event: 'code', user: { name: 'alice' } });
    expect(first?.body).not.toMatch(/password|secretKey|otpauth/i);
    const signature = String(first?.headers['countersign-signature']);
    expect(verifyWebhook({ signature, body: first?.body ?? '', secret, now: clock.now() })).toBe(true);
    const completed = await served.call(`/v1/enrollments/${id}/complete`, { code: tokenOf(first) });
    expect(completed).toMatchObject({ status: 200 });

    clock.advance(30_000);
    const issued = await served.call('/v1/challenges', { user: 'alice' });
    const codes = received.filter(({ body }) => body.includes('"event":"code"'));
    expect(codes).toHaveLength(2);
    const challenge = (issued.body as { id: string }).id;
    const answered = await served.call(`/v1/challenges/${challenge}/answer`, { code: tokenOf(codes[1]) });
    expect(answered).toMatchObject({ status: 200, body: { accepted: true, method: 'totp' } });
  });

  test('does not hold a sign-in up for longer than its time-out, which the authenticator app answers (AID-32)', async () => {
    answer = () => undefined;
    const issued = await served.call('/v1/challenges', { user: 'alice' });
    answer = (response) => response.end('{}');
    expect(issued.body).toMatchObject({ state: 'failed', failMode: 'closed' });
    const failed = await administer('GET', '/v1/audit?event=message.failed');
    expect(failed.body['items']).toMatchObject([{ detail: { channel: 'webhook', purpose: 'code' } }]);
    const app = await served.call('/v1/devices', { user: 'alice', kind: 'totp', name: 'App' });
    expect(app.status).toBe(201);
    const { device } = app.body as { device: { id: string } };
    const other = await served.call('/v1/challenges', { user: 'alice', deviceId: device.id });
    expect(other.body).toMatchObject({ state: 'pending' });
  });
});

test('its secret and its headers are shown to nobody again, and the endpoint is told of what happens (OUT-03)', async () => {
  const read = await administer('GET', path());
  expect(read.body).toEqual({ endpoint, headers: ['Authorization'], timeoutMs: 400, secrets: 1 });
  await expect.poll(() => received.map(({ body }) => body).join('\n')).toContain('"event":"device_added"');
  const lines = served.lines.join('\n');
  for (const hidden of [secret, 'dHdvLWZhY3Rvci', ...received.map(tokenOf).filter((token) => token !== '')])
    expect(lines).not.toContain(hidden);
});
