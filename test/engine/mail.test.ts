// The kind `email` from the engine to a mail server that is not ours, and back by a parser that is not ours.
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { CountersignError } from '../../src/core/errors.ts';
import { type Delivery, smtpDelivery } from '../../src/delivery/index.ts';
import { openFileEngines } from '../../src/engine/file-engines.fixture.ts';
import { parseMail } from '../fixtures/parse-mail.ts';
import { type SmtpServer, startSmtpServer } from '../fixtures/smtp-server.ts';

const from = 'Countersign <no-reply@example.org>';

/** The code in the plain text of a mail. */
async function codeIn(raw: string): Promise<string> {
  const mail = await parseMail(raw);
  const plain = mail.parts.find((part) => part.type === 'text/plain')?.content ?? '';
  const code = /^\s*(\d{4,10})\s*$/m.exec(plain)?.[1];
  if (code === undefined) throw new Error(`no code in: ${plain}`);
  return code;
}

describe('enrolling a mail address through a real mail server', () => {
  let server: SmtpServer;
  let delivery: Delivery;
  beforeAll(async () => {
    server = await startSmtpServer();
    delivery = smtpDelivery({ host: '127.0.0.1', port: server.port, from });
  });
  afterAll(async () => {
    await delivery.close();
    await server.close();
  });

  /** What has arrived since. */
  async function arriving(action: () => Promise<unknown>): Promise<string[]> {
    const before = (await server.messages()).length;
    await action();
    return (await server.messages()).slice(before);
  }

  test('sends exactly one mail to that address, whose code completes it; a challenge sends a fresh one (OSS-41, OSS-44)', async () => {
    const t = await openFileEngines({ delivery });
    const { id } = await t.engine.enrollments.begin(t.caller, { user: 'alice' });
    const options = { address: 'alice@example.org' };
    const sent = await arriving(() => t.engine.enrollments.prepare(t.caller, id, { kind: 'email', options }));
    expect(sent).toHaveLength(1);
    const mail = await parseMail(sent[0]!);
    expect(mail.headers).toMatchObject({ to: ['alice@example.org'], 'x-rcptto': ['alice@example.org'] });
    const code = await codeIn(sent[0]!);
    expect(JSON.stringify(mail.headers)).not.toContain(code);
    expect(await t.engine.enrollments.complete(t.caller, id, { code })).toMatchObject({ accepted: true });

    let challengeId = '';
    const challenged = await arriving(async () => {
      challengeId = (await t.engine.challenges.issue(t.caller, { user: 'alice' })).id;
    });
    expect(challenged).toHaveLength(1);
    const fresh = await codeIn(challenged[0]!);
    const answer = (given: string) => t.engine.challenges.answer(t.caller, challengeId, { code: given });
    expect(fresh !== code && (await answer(code)).outcome.accepted).toBe(false);
    expect((await answer(fresh)).outcome.accepted).toBe(true);
  });

  test('sends again when asked: two mails, of which the newer code is good', async () => {
    const t = await openFileEngines({ delivery });
    const { devices } = await t.engine.devices.provision(t.caller, {
      user: 'bob',
      devices: [{ kind: 'email', options: { address: 'bob@example.org' } }],
    });
    expect(devices).toHaveLength(1);
    const sent = await arriving(async () => {
      const { id } = await t.engine.challenges.issue(t.caller, { user: 'bob' });
      await t.engine.challenges.resend(t.caller, id);
    });
    expect(sent).toHaveLength(2);
    const { items } = await t.engine.challenges.list(t.caller, { state: 'pending' });
    const answer = async (raw: string) =>
      (await t.engine.challenges.answer(t.caller, items[0]!.id, { code: await codeIn(raw) })).outcome.accepted;
    expect((await codeIn(sent[0]!)) !== (await codeIn(sent[1]!)) && (await answer(sent[0]!))).toBe(false);
    expect(await answer(sent[1]!)).toBe(true);
  });

  test('sends nothing to a domain that the policy does not allow', async () => {
    const t = await openFileEngines({ delivery, policy: { allowedMailDomains: ['example.org'] } });
    const { id } = await t.engine.enrollments.begin(t.caller, { user: 'carol' });
    const sent = await arriving(async () => {
      const options = { address: 'carol@example.com' };
      await expect(t.engine.enrollments.prepare(t.caller, id, { kind: 'email', options })).rejects.toMatchObject({
        code: 'mail_domain_not_allowed',
      });
    });
    expect(sent).toEqual([]);
  });
});

test('with the mail server down an enrollment has failed, a challenge too, and a mail that comes later is of no use (OSS-41)', async () => {
  const server = await startSmtpServer();
  const delivery = smtpDelivery({ host: '127.0.0.1', port: server.port, from, timeoutMs: 2000 });
  const t = await openFileEngines({ delivery });
  await t.engine.devices.provision(t.caller, {
    user: 'alice',
    devices: [{ kind: 'email', options: { address: 'alice@example.org' } }],
  });
  await server.close();
  const { id } = await t.engine.enrollments.begin(t.caller, { user: 'bob' });
  const options = { address: 'bob@example.org' };
  const error: unknown = await t.engine.enrollments
    .prepare(t.caller, id, { kind: 'email', options })
    .catch((reason: unknown) => reason);
  expect(error).toBeInstanceOf(CountersignError);
  expect(error).toMatchObject({ code: 'delivery_failed', status: 502 });
  expect((await t.engine.enrollments.get(t.caller, id)).state).toBe('failed');
  expect(await t.engine.challenges.issue(t.caller, { user: 'alice' })).toMatchObject({
    state: 'failed',
    failMode: 'closed',
  });
  await delivery.close();
});
