// Mail through a real server: over STARTTLS into Postfix, through it into Dovecot, and back over IMAP.
import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { smtpDelivery } from '../../src/delivery/index.ts';
import { integrationCaller, virtualClock } from '../../src/testing/index.ts';
import { startTestServer, type TestServer } from '../../src/server/server.fixture.ts';
import { parseMail } from '../fixtures/parse-mail.ts';
import { type MailServers, startMailServers } from './mail-servers.fixture.ts';

let mail: MailServers;
let served: TestServer;
const clock = virtualClock();

beforeAll(async () => {
  mail = await startMailServers();
  served = await startTestServer({
    clock,
    config: {
      mail: {
        host: 'localhost',
        port: mail.port,
        startTls: 'required',
        caFile: mail.caFile,
        from: 'Zoë Müller <otp@srv.example.test>',
      },
    },
  });
}, 60_000);
afterAll(async () => {
  await served.close();
  await mail.close();
});

/** Begins to enroll a mail address over `/v1`; answers the id of the enrollment. */
async function prepare(user: string, address: string, context: object = {}) {
  const begun = await served.call('/v1/enrollments', { user, context });
  const { id } = begun.body as { id: string };
  return { id, prepared: await served.call(`/v1/enrollments/${id}/prepare`, { kind: 'email', options: { address } }) };
}

async function enroll(user: string, address: string, context?: object) {
  const before = (await mail.read(address)).length;
  const { id, prepared } = await prepare(user, address, context);
  expect(prepared.status).toBe(200);
  const raw = (await mail.waitFor(address, before + 1)).at(-1) ?? '';
  const parsed = await parseMail(raw);
  const code = /^\d{6}$/m.exec(parsed.parts[0]?.content ?? '')?.[0] ?? '';
  const completed = await served.call(`/v1/enrollments/${id}/complete`, { code });
  expect(completed).toMatchObject({ status: 200, body: { enrollment: { state: 'completed' } } });
  return { raw, parsed, code };
}

describe('a mail address', () => {
  test('is enrolled, and answers a challenge, with codes that were read over IMAP', async () => {
    await enroll('alice', 'alice@example.test');
    const issued = await served.call('/v1/challenges', { user: 'alice' });
    const { id } = issued.body as { id: string };
    const [, raw = ''] = await mail.waitFor('alice@example.test', 2);
    const code = /^\d{6}$/m.exec((await parseMail(raw)).parts[0]?.content ?? '')?.[0];
    const answered = await served.call(`/v1/challenges/${id}/answer`, { code });
    expect(answered).toMatchObject({ status: 200, body: { accepted: true, method: 'email' } });
  });

  test('gets one mail of two parts over TLS, its headers encoded, under the id of the message (EML-07, OUT-06)', async () => {
    const { raw, parsed } = await enroll('bob', 'bob@example.test', { language: 'ja' });
    const headers = (name: string) => parsed.headers[name] ?? [];
    expect(parsed.type).toBe('multipart/alternative');
    expect(parsed.parts.map(({ type }) => type)).toEqual(['text/plain', 'text/html']);
    expect(headers('subject')).toEqual(['Countersign の確認コード']);
    expect(headers('from')).toEqual(['Zoë Müller <otp@srv.example.test>']);
    expect(headers('to')).toEqual(['bob@example.test']);
    expect(headers('message-id')[0]).toMatch(/^<msg_[a-z0-9]{26}@srv\.example\.test>$/);
    expect(headers('auto-submitted')).toEqual(['auto-generated']);
    expect(headers('received').join('\n')).toMatch(/using TLSv1\.[23]/);
    // RFC 5322 §2.2: a header is ASCII, whatever is in it.
    expect(raw.slice(0, raw.search(/\r?\n\r?\n/))).toMatch(/^\p{ASCII}*$/u);
    expect(parsed.parts[1]?.content).toContain('<html lang="ja" dir="ltr">');
  });

  test('that reads Arabic gets it from right to left', async () => {
    const { parsed, code } = await enroll('carol', 'carol@example.test', { language: 'ar' });
    expect(parsed.parts[1]?.content).toContain('<html lang="ar" dir="rtl">');
    expect(parsed.parts[1]?.content).toMatch(new RegExp(`<span class="code" dir="ltr"[^>]*>${code}</span>`));
    expect(parsed.headers['subject']?.[0]).toContain('رمزك');
  });

  test.each([
    ['%0d%0aBcc: eve@example.test', 'dave1'],
    ['x\u2028Bcc: eve@example.test', 'dave2'],
    ['"eve@example.test x"@internal.test', 'dave3'],
    ['=?utf-8?q?=0d=0aBcc:_eve@example.test?=', 'dave4'],
    ['{{7*7}}${7*7}<img src=//evil.example>', 'dave5'],
    ['x'.repeat(128), 'dave6'],
  ])('of a user called %j gets one mail, and nobody else does (EML-07, EML-08)', async (name, box) => {
    const { parsed } = await enroll(name, `${box}@example.test`);
    expect(parsed.headers['to']).toEqual([`${box}@example.test`]);
    expect(parsed.headers['bcc']).toBeUndefined();
    expect(Object.values(parsed.headers).flat().join('\n')).not.toContain('eve@example.test');
    expect(parsed.parts[1]?.content).not.toMatch(/<img/i);
    expect(await mail.read('eve@example.test')).toEqual([]);
  });

  test('that the server does not know is told so, and the log of nobody has a code (EML-11)', async () => {
    const { id, prepared } = await prepare('erin', 'nobody@example.test');
    expect(prepared).toMatchObject({ status: 502, body: { code: 'delivery_failed' } });
    expect((await served.call(`/v1/enrollments/${id}`)).body).toMatchObject({ state: 'failed' });
    const { code } = await enroll('frank', 'frank@example.test');
    for (const log of [mail.log(), served.lines.join('\n')]) expect(log).not.toContain(code);
    const rows = await served.server.store.read((db) => db.selectFrom('outbox').selectAll().execute());
    expect(rows.find(({ state }) => state === 'failed')?.last_error).toContain('550 5.1.1 <…>');
    expect(JSON.stringify(rows)).not.toMatch(new RegExp(`example\\.test|${code}`));
  });
});

describe('STARTTLS', () => {
  const message = {
    channel: 'mail',
    to: 'grace@example.test',
    template: 'code',
    values: { code: '123456', issuer: 'x' },
  };
  const about = { tenant: 'tnt_1', tenantName: 'Example', id: 'msg_1' };
  const base = { host: 'localhost', from: 'otp@srv.example.test', timeoutMs: 5000 };

  test.each([
    ['taken away on the way', () => ({ port: mail.strippedPort, ca: readFileSync(mail.caFile, 'utf8') })],
    ['with a certificate of somebody unknown', () => ({ port: mail.port })],
    [
      'with a certificate for another name',
      () => ({ port: mail.port, ca: readFileSync(mail.caFile, 'utf8'), host: '127.0.0.2' }),
    ],
  ])('%s is no delivery: nothing is sent (OUT-06)', async (_, options) => {
    const delivery = smtpDelivery({ ...base, startTls: 'required', ...options() });
    await expect(delivery.deliver({ ...message, channel: 'mail' }, about)).rejects.toMatchObject({
      code: 'delivery_failed',
    });
    await delivery.close();
    expect(await mail.read('grace@example.test')).toEqual([]);
  });
});

test('a notice waits for the mail server to come back, and comes once (DLV-08)', async () => {
  await enroll('heidi', 'heidi@example.test');
  const { engine } = served.server;
  const system = { tenant: served.file.tenant as never, actor: { type: 'system' as const, id: 'test' }, door: 'test' };
  const caller = integrationCaller(await engine.integrations.get(system, served.file.integration.id));
  await mail.stopPostfix();
  await engine.devices.provision(caller, { user: 'heidi', devices: [{ kind: 'totp', name: 'New phone' }] });
  await engine.outbox.work();
  expect(await mail.read('heidi@example.test')).toHaveLength(1);
  await mail.startPostfix();
  clock.advance(30_000);
  expect(await engine.outbox.work()).toMatchObject({ sent: 1 });
  const [, raw = ''] = await mail.waitFor('heidi@example.test', 2);
  const { headers, parts } = await parseMail(raw);
  expect(headers['subject']).toEqual(['A device was added to your account']);
  expect(parts[0]?.content).toContain('“New phone”');
  expect(raw).not.toMatch(/https?:/);
  clock.advance(86_400_000);
  expect(await engine.outbox.work()).toMatchObject({ sent: 0 });
});
