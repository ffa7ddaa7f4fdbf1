import { createECDH, randomBytes } from 'node:crypto';
import { createServer, type IncomingHttpHeaders } from 'node:http';
import { createRequire } from 'node:module';
import type { AddressInfo } from 'node:net';
import { createLocalJWKSet, jwtVerify } from 'jose';
import { afterEach, describe, expect, test } from 'vitest';
import type { OutgoingMessage } from '../../core/message.ts';
import { systemRandom } from '../../core/random.ts';
import { createKeyFile, keyRing, p256Key } from '../../crypto/index.ts';
import { AddressGone } from '../address-gone.ts';
import { failureOf } from '../failure-of.fixture.ts';
import { outbound } from '../outbound/outbound.ts';
import { encryptPush, longestPush } from './encrypt-push.ts';
import { webPushDelivery } from './web-push-delivery.ts';

/** Another implementation of RFC 8188, which comes without types. */
const { decrypt } = createRequire(import.meta.url)('http_ece') as {
  decrypt: (
    body: Buffer,
    how: { version: 'aes128gcm'; privateKey: ReturnType<typeof createECDH>; authSecret: string },
  ) => Buffer;
};

const bytes = (text: string) => Buffer.from(text, 'base64url');

// RFC 8291 §5 and appendix A
const example = {
  text: 'When I grow up, I want to be a watermelon',
  auth: 'BTBZMqHH6r4Tts7J_aSIgg',
  receiver: 'BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4',
  senderPrivate: 'yfWPiYE-n46HLnH0KqZOF1fJJU3MYrct3AELtAQ-oRw',
  senderPublic: 'BP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIgDll6e3vCYLocInmYWAmS6TlzAC8wEqKK6PBru3jl7A8',
  salt: 'DGv6ra1nlYgDCS1FRnbzlw',
  body:
    'DGv6ra1nlYgDCS1FRnbzlwAAEABBBP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIgDll6e3vCYLocInmYWAmS6TlzAC8wEqKK6PBru3jl' +
    '7A_yl95bQpu6cVPTpK4Mqgkf1CXztLVBSt2Ks3oZwbuwXPXLWyouBWLVWGNWQexSgSxsj_Qulcy4a-fN',
};

/** A browser with a push subscription. */
function softBrowser() {
  const ecdh = createECDH('prime256v1');
  const p256dh = ecdh.generateKeys().toString('base64url');
  const auth = randomBytes(16).toString('base64url');
  return {
    keys: { p256dh, auth },
    read: (body: Buffer) =>
      decrypt(body, { version: 'aes128gcm', privateKey: ecdh, authSecret: auth }).toString('utf8'),
  };
}

describe('sealing a push message', () => {
  test('makes the body of RFC 8291 §5, byte for byte', () => {
    const local = { privateKey: bytes(example.senderPrivate), publicKey: bytes(example.senderPublic) };
    const keys = { p256dh: example.receiver, auth: example.auth };
    const body = encryptPush(Buffer.from(example.text), keys, local, bytes(example.salt));
    expect(body.toString('base64url')).toBe(example.body);
  });

  test.each([0, 1, 100, longestPush])('of %i bytes is read by another implementation', (length) => {
    const browser = softBrowser();
    const text = 'x'.repeat(length);
    const body = encryptPush(Buffer.from(text), browser.keys, p256Key(randomBytes(48)), randomBytes(16));
    expect(body.length).toBe(length + 103);
    expect(browser.read(body)).toBe(text);
  });

  test('refuses what does not fit into the one record, and a point that is not on the curve', () => {
    const { keys } = softBrowser();
    const seal = (length: number, p256dh = keys.p256dh) =>
      encryptPush(Buffer.alloc(length), { ...keys, p256dh }, p256Key(randomBytes(48)), randomBytes(16));
    expect(() => seal(longestPush + 1)).toThrow(RangeError);
    const off = bytes(keys.p256dh);
    off[64] = (off[64] ?? 0) ^ 1;
    expect(() => seal(1, off.toString('base64url'))).toThrow('Public key is not valid');
  });
});

interface Pushed {
  headers: IncomingHttpHeaders;
  body: Buffer;
}

const closing: (() => void)[] = [];
afterEach(() => {
  for (const close of closing.splice(0)) close();
});

/** A push service that answers everything with one status. */
async function pushService(status = 201) {
  const pushed: Pushed[] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      pushed.push({ headers: request.headers, body: Buffer.concat(chunks) });
      response.writeHead(status).end();
    });
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  closing.push(() => server.close());
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return { pushed, origin, endpoint: `${origin}/send/abc` };
}

const key = keyRing(createKeyFile(systemRandom, 0)).pushKey();
/** 2024-07-27T12:00:00Z */
const now = 1_722_081_600_000;
const subject = 'mailto:admin@example.org';
const delivery = (allowedNetworks = ['127.0.0.1/32']) =>
  webPushDelivery({
    outbound: outbound({ allowedNetworks }),
    key: () => key,
    subject,
    clock: { now: () => now },
    random: systemRandom,
  });
const about = { tenant: 'tnt_1', tenantName: 'Example', id: 'msg_1' };

function question(to: string, target: { p256dh: string; auth: string }): OutgoingMessage {
  const values = { issuer: 'Portal', user: 'alice', reference: 'Payroll', ip: '192.0.2.7', seconds: '300' };
  return { channel: 'push', to, target, template: 'question', values };
}

describe('waking a browser', () => {
  test('posts who asks, from where and for what, sealed for it alone', async () => {
    const browser = softBrowser();
    const service = await pushService();
    await delivery().deliver(question(service.endpoint, browser.keys), about);
    const [pushed] = service.pushed;
    expect(pushed?.headers).toMatchObject({
      'content-encoding': 'aes128gcm',
      ttl: '300',
      urgency: 'high',
      topic: 'question',
    });
    expect(JSON.parse(browser.read(pushed?.body ?? Buffer.alloc(0)))).toEqual({
      title: 'Sign-in to Portal',
      body: expect.stringContaining('as alice from 192.0.2.7 (Payroll)') as string,
    });
    expect(pushed?.body.includes('alice')).toBe(false);
  });

  test('says who sends, in a token of ES256 for this push service (RFC 8292 §2)', async () => {
    const service = await pushService();
    await delivery().deliver(question(service.endpoint, softBrowser().keys), about);
    const [, token = '', sender = ''] =
      /^vapid t=([\w.-]+), k=([\w-]{87})$/.exec(service.pushed[0]?.headers.authorization ?? '') ?? [];
    expect(sender).toBe(key.publicKey);
    const half = (from: number, to?: number) => bytes(sender).subarray(from, to).toString('base64url');
    const jwk = { kty: 'EC', crv: 'P-256', x: half(1, 33), y: half(33) };
    const { payload } = await jwtVerify(token, createLocalJWKSet({ keys: [jwk] }), {
      audience: service.origin,
      currentDate: new Date(now),
    });
    expect(payload.sub).toBe(subject);
    expect(payload.exp).toBe(now / 1000 + 12 * 60 * 60);
  });

  test.each([404, 410])('tells that the subscription is gone when the push service answers %i', async (status) => {
    const service = await pushService(status);
    const failed = delivery().deliver(question(service.endpoint, softBrowser().keys), about);
    await expect(failed).rejects.toBeInstanceOf(AddressGone);
  });

  test.each([
    ['an error of the push service', 500, ['127.0.0.1/32']],
    ['a redirection, which is not followed', 302, ['127.0.0.1/32']],
    ['an address in the house (SSRF)', 201, []],
  ])('fails for %s, and says nothing of keys and endpoint', async (_, status, networks) => {
    const service = await pushService(status);
    const browser = softBrowser();
    const failure = await failureOf(delivery(networks).deliver(question(service.endpoint, browser.keys), about));
    expect(failure.error.code).toBe('delivery_failed');
    expect(failure.error).not.toBeInstanceOf(AddressGone);
    expect(failure.logged).not.toContain('/send/abc');
    expect(failure.logged).not.toContain(browser.keys.auth);
    expect(service.pushed).toHaveLength(networks.length);
  });

  test('fails for a subscription that is none, without asking anybody', async () => {
    const service = await pushService();
    const { keys } = softBrowser();
    const without = await failureOf(delivery().deliver({ ...question(service.endpoint, keys), target: {} }, about));
    expect(without.error.code).toBe('delivery_failed');
    const broken = question(service.endpoint, { ...keys, p256dh: 'BAAA' });
    expect((await failureOf(delivery().deliver(broken, about))).error.code).toBe('delivery_failed');
    expect(service.pushed).toEqual([]);
  });
});
