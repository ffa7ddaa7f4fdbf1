import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import {
  accepting,
  type ScriptedSmtpServer,
  type SmtpScript,
  startScriptedSmtpServer,
} from '../../src/delivery/scripted-smtp-server.fixture.ts';
import { build, cli } from '../cli/cli.fixture.ts';
import { generateCertificate } from '../fixtures/certificate.ts';
import { startSmtpServer } from '../fixtures/smtp-server.ts';
import { serve, slowly, type Served } from './served.fixture.ts';
import { distinct } from './stake.fixture.ts';

// What src/delivery does with such a mail server is tested there; here is what becomes of the enrollment and the challenge that needed it.

const closers: (() => Promise<unknown>)[] = [];
let served: Served;
let server: ScriptedSmtpServer;
let script: SmtpScript = accepting;
beforeAll(async () => {
  build();
  server = await startScriptedSmtpServer((step, line) => script(step, line));
  const mail = { host: '127.0.0.1', port: server.port, from: 'no-reply@example.org', timeoutMs: 2000 };
  served = await serve({ config: { mail }, atEnd: (close) => closers.push(close) });
});
afterAll(async () => {
  for (const close of closers.toReversed()) await close();
  await server.close();
});

/** The code in a mail that has arrived. */
function codeIn(raw: string | undefined): string | undefined {
  return /^(\d{6})\r?$/m.exec(raw ?? '')?.[1];
}

function recipientOf(raw: string): string {
  return /^To: (.*?)\r?$/m.exec(raw)?.[1] ?? '';
}

/** How a mail server misbehaves, at which step, and what it says there. */
const faults: readonly [name: string, step: string, reply: string][] = [
  ['does not greet', 'greeting', 'silence'],
  ['is busy when it is greeted', 'greeting', '421 4.3.2 try later'],
  ['defers the recipient', 'RCPT', '450 4.2.1 greylisted'],
  ['refuses the recipient', 'RCPT', '550 5.1.1 no such user'],
  ['defers the message', 'DATA', '451 4.3.0 try later'],
  ['refuses what it has read', 'message', '552 5.3.4 too big'],
  ['never answers to a message', 'message', 'silence'],
  ['closes in the middle', 'RCPT', 'hang-up'],
  ['closes after it has read the message', 'message', 'hang-up'],
];

describe.each(faults)('a mail server that %s', (name, step, reply) => {
  test('fails what needs the mail in bounded time, and the next mail arrives once (OSS-41, FLW-27)', async () => {
    const users = Array.from({ length: 7 }, (_, index) => `user ${index}, ${name}`);
    for (const [index, user] of users.entries()) {
      const options = { address: `user${index}.${name.replaceAll(' ', '.')}@example.org` };
      expect((await served.call('/v1/devices', { user, kind: 'email', options })).status).toBe(201);
    }
    const challenge = async (user: string) => (await served.call('/v1/challenges', { user })).body;
    // A connection is kept, as it is in a server that has been running for a while.
    script = accepting;
    expect(await challenge(users[0] ?? '')).toMatchObject({ state: 'pending' });
    const before = server.received.length;

    script = (current, line) => (current === step ? reply : accepting(current, line));
    if (step === 'greeting') server.hangUp();
    const enrolling = { user: `bob, ${name}`, kind: 'email', options: { address: 'bob@example.org' } };
    // More at a time than connections are kept: none of them may be lost to the faults.
    const [enrolled, ...challenged] = await Promise.all([
      served.call('/v1/enrollments', enrolling),
      ...users.map((user) => challenge(user)),
    ]);
    expect(enrolled).toMatchObject({ status: 502, body: { code: 'delivery_failed' } });
    const begun = (await served.call(`/v1/enrollments?user=${encodeURIComponent(enrolling.user)}`)).body;
    expect(begun).toMatchObject({ items: [{ state: 'failed' }] });
    for (const body of challenged) expect(body).toMatchObject({ state: 'failed', failMode: 'closed' });
    const unsure = server.received.slice(before);
    // One that may have been taken over is not sent once more.
    expect(distinct(unsure.map(recipientOf))).toHaveLength(unsure.length);

    script = accepting;
    const after = server.received.length;
    const again = await Promise.all(users.map((user) => challenge(user)));
    for (const body of again) expect(body).toMatchObject({ state: 'pending' });
    expect(server.received).toHaveLength(after + users.length);
    for (const [index, { id }] of again.entries()) {
      const mine = (raw: string) => recipientOf(raw).startsWith(`user${index}.`);
      const [old, fresh] = [unsure, server.received.slice(after)].map((mails) => codeIn(mails.find(mine)));
      const answer = async (code = '') => (await served.call(`/v1/challenges/${String(id)}/answer`, { code })).body;
      // What was in a mail that nobody has confirmed is of no use.
      const late = old === undefined || old === fresh ? [] : [await answer(old)];
      for (const body of late) expect(body).toMatchObject({ accepted: false });
      expect(await answer(fresh)).toMatchObject({ accepted: true });
    }
  });
});

test(
  'a mail server that is down costs messages of the budget, like one that may have taken them over',
  { timeout: slowly },
  async () => {
    const user = 'carol';
    const options = { address: 'carol@example.org' };
    expect((await served.call('/v1/devices', { user, kind: 'email', options })).status).toBe(201);
    const challenge = async () => (await served.call('/v1/challenges', { user })).body;
    script = () => 'hang-up';
    server.hangUp();
    for (let count = 0; count < 20; count++) expect(await challenge()).toMatchObject({ state: 'failed' });
    expect(await challenge()).toMatchObject({ code: 'too_many_messages', status: 429 });
  },
);

test(
  'an integration that fails open is told so only where the user has no other device (FLW-27)',
  { timeout: slowly },
  async () => {
    const policy = join(served.cs.folder, 'policy.yaml');
    writeFileSync(policy, 'failMode: open\n');
    const { token } = (await served.cs.json(['integrations', 'create', 'Open', '--policy', policy, '--json'])) as {
      token: string;
    };
    const ask = async (path: string, body: object) => (await served.call(path, body, { token })).body;
    script = () => 'hang-up';
    server.hangUp();
    const failModes: unknown[] = [];
    for (const [user, others] of [
      ['dave', []],
      ['erin', ['totp']],
    ] as const) {
      const options = { address: `${user}@example.org` };
      const { device } = (await ask('/v1/devices', { user, kind: 'email', options })) as { device: { id: string } };
      for (const kind of others) await ask('/v1/devices', { user, kind });
      const { id, state, failMode } = await ask('/v1/challenges', { user, deviceId: device.id });
      failModes.push([state, failMode]);
      // Nothing is accepted by it.
      const answer = await ask(`/v1/challenges/${String(id)}/answer`, { code: '000000' });
      expect(answer).toMatchObject({ code: 'wrong_state' });
    }
    expect(failModes).toEqual([
      ['failed', 'open'],
      ['failed', 'closed'],
    ]);
  },
);

test(
  'a mail server with a certificate of somebody else, or without STARTTLS where it is required, is given nothing',
  { timeout: slowly },
  async () => {
    const [own, other] = await Promise.all([generateCertificate(), generateCertificate()]);
    const secured = await startSmtpServer({ tls: own });
    onTestFinished(() => secured.close());
    const plain = await startScriptedSmtpServer((step, line) =>
      step === 'STARTTLS' ? '502 what?' : accepting(step, line),
    );
    onTestFinished(() => plain.close());
    const challengeThrough = async (port: number, trusted: string) => {
      const installation = cli();
      onTestFinished(() => installation.remove());
      const caFile = join(installation.folder, 'ca.pem');
      writeFileSync(caFile, trusted);
      const mail = { host: 'localhost', port, startTls: 'required', caFile, from: 'no-reply@example.org' } as const;
      const served = await serve({ installation, config: { mail } });
      const user = 'alice';
      await served.call('/v1/devices', { user, kind: 'email', options: { address: 'alice@example.org' } });
      return (await served.call('/v1/challenges', { user })).body;
    };
    const failed = { state: 'failed', failMode: 'closed' };
    const refused = await Promise.all([
      challengeThrough(secured.port, other.cert),
      challengeThrough(plain.port, own.cert),
    ]);
    for (const body of refused) expect(body).toMatchObject(failed);
    expect([await secured.messages(), plain.received]).toEqual([[], []]);
    expect(await challengeThrough(secured.port, own.cert)).toMatchObject({ state: 'pending' });
    expect(await secured.messages()).toHaveLength(1);
  },
);
