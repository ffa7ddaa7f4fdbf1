import type { KyselyPlugin } from 'kysely';
import { describe, expect, test } from 'vitest';
import { DeliveryFailure } from '../../delivery/index.ts';
import type { Challenge } from '../../core/model.ts';
import { integrationCaller } from '../../testing/index.ts';
import type { IntegrationCaller } from '../index.ts';
import { enrollEmail, enrollTotp } from '../enrolled.fixture.ts';
import { claim, gate, openOutboxWorld, outboxRows, type OutboxWorld } from './outbox.fixture.ts';

async function withMail(options?: Parameters<typeof openOutboxWorld>[0]): Promise<OutboxWorld> {
  const t = await openOutboxWorld(options);
  await enrollEmail({ ...t, messages: messagesOf(t) }, 'alice');
  t.delivered.length = 0;
  return t;
}

/** What was delivered, as the helpers of other tests read it. */
const messagesOf = (t: OutboxWorld) =>
  new Proxy([] as OutboxWorld['messages'], {
    get: (_, name) =>
      Reflect.get(
        t.delivered.map(({ message }) => message),
        name,
      ) as unknown,
  });

const codeOf = (t: OutboxWorld) => t.delivered.at(-1)?.message.values['code'] ?? '';
const issue = (t: OutboxWorld) => t.engine.challenges.issue(t.caller, { user: 'alice' });
const stateOf = async (t: OutboxWorld, { id }: Pick<Challenge, 'id'>) =>
  (await t.engine.challenges.get(t.caller, id)).state;
const lastRow = async (t: OutboxWorld) =>
  (await t.rows()).find(({ id }) => t.tried.has(id) && id === [...t.tried.keys()].at(-1));

/** Issues a challenge with a process that dies before the code is sent; answers the challenge. */
async function issueAndDie(t: OutboxWorld): Promise<Challenge> {
  const before = t.tried.size;
  t.behave('die');
  void issue(t).catch(() => undefined);
  await expect.poll(async () => (await t.engine.challenges.list(t.caller)).items.length).toBe(1);
  await expect.poll(() => t.tried.size).toBe(before + 1);
  t.behave('take');
  const [challenge] = (await t.engine.challenges.list(t.caller)).items;
  if (challenge === undefined) throw new Error('no challenge was issued');
  return challenge;
}

async function auditOf(t: OutboxWorld, event: string) {
  return (await t.engine.audit.query({ ...t.system, tenant: t.tenant }, { event })).items;
}

describe('a code', () => {
  test('is sent at once, under the id of its row, which then says nothing any more (EML-11)', async () => {
    const t = await withMail();
    const challenge = await issue(t);
    expect(challenge.state).toBe('pending');
    expect(t.delivered).toHaveLength(1);
    const row = await lastRow(t);
    expect(row).toMatchObject({
      id: t.delivered[0]?.about.id,
      state: 'sent',
      message: null,
      purpose: 'code',
      attempts: 1,
    });
    expect(await t.engine.outbox.work()).toEqual({ sent: 0, postponed: 0, failed: 0, void: 0 });
    const { outcome } = await t.engine.challenges.answer(t.caller, challenge.id, { code: codeOf(t) });
    expect(outcome.accepted).toBe(true);
  });

  test('stands in the database sealed as long as it is under way (EML-11)', async () => {
    const t = await withMail();
    const door = gate();
    t.behave(() => door.passed);
    const issuing = issue(t);
    await expect.poll(async () => (await t.rows()).some(({ state }) => state === 'pending')).toBe(true);
    const stored = JSON.stringify(await t.rows());
    door.open();
    await issuing;
    expect(codeOf(t)).toMatch(/^[0-9]{6}$/);
    expect(stored).toContain('"message":"v1.');
    expect(stored).not.toContain(codeOf(t));
    expect(stored).not.toContain('alice@example.org');
  });

  test('whose sender has died is sent by another process, once, the same under the same id (DLV-03)', async () => {
    const t = await withMail();
    const challenge = await issueAndDie(t);
    const other = (await t.open()).engine;
    expect(await other.outbox.work()).toMatchObject({ sent: 0 });
    t.clock.advance(claim);
    expect(await other.outbox.work()).toMatchObject({ sent: 1 });
    expect(await t.engine.outbox.work()).toMatchObject({ sent: 0 });
    expect(t.delivered).toHaveLength(1);
    expect(t.tried.get(t.delivered[0]?.about.id ?? '')).toBe(2);
    const { outcome } = await other.challenges.answer(t.caller, challenge.id, { code: codeOf(t) });
    expect(outcome.accepted).toBe(true);
  });

  test('is sent by one of 50 that look for it at the same time (DLV-03)', async () => {
    const t = await withMail();
    await issueAndDie(t);
    t.clock.advance(claim);
    const engines = [t.engine, (await t.open()).engine, (await t.open()).engine];
    const fifty = Array.from({ length: 17 }, () => engines)
      .flat()
      .slice(0, 50);
    const reports = await Promise.all(fifty.map((engine) => engine.outbox.work()));
    expect(t.delivered).toHaveLength(1);
    expect(reports.reduce((sum, report) => sum + report.sent, 0)).toBeGreaterThan(0);
  });

  test.each([
    ['was denied', (t: OutboxWorld, id: string) => t.engine.challenges.deny(t.caller, id)],
    ['has run out', async (t: OutboxWorld) => t.clock.advance(300_000)],
    ['has another code by now', (t: OutboxWorld, id: string) => t.engine.challenges.resend(t.caller, id)],
  ])('is not sent when its challenge %s meanwhile, and is forgotten', async (_, end) => {
    const t = await withMail();
    const challenge = await issueAndDie(t);
    await end(t, challenge.id);
    const sent = t.delivered.length;
    t.clock.advance(claim);
    expect(await t.engine.outbox.work()).toEqual({ sent: 0, postponed: 0, failed: 0, void: 1 });
    expect(t.delivered).toHaveLength(sent);
    expect((await t.rows()).filter(({ message }) => message !== null)).toEqual([]);
  });

  test('that cannot be sent ends its challenge, and is not tried again', async () => {
    const t = await withMail({ policy: { failMode: 'open' } });
    t.behave(new DeliveryFailure('no answer within 5 ms', { mayHaveArrived: true }));
    expect(await issue(t)).toMatchObject({ state: 'failed', failMode: 'open' });
    t.behave('take');
    t.clock.advance(claim * 10);
    expect(await t.engine.outbox.work()).toMatchObject({ sent: 0 });
    expect(await lastRow(t)).toMatchObject({ state: 'failed', message: null, last_error: 'no answer within 5 ms' });
    expect(await auditOf(t, 'message.failed')).toMatchObject([{ detail: { channel: 'mail', purpose: 'code' } }]);
  });

  test('that the next process cannot send either ends its challenge with the fail mode', async () => {
    const t = await withMail({ policy: { failMode: 'open' } });
    const challenge = await issueAndDie(t);
    t.behave(new DeliveryFailure('down'));
    t.clock.advance(claim);
    expect(await t.engine.outbox.work()).toMatchObject({ failed: 1 });
    expect(await t.engine.challenges.get(t.caller, challenge.id)).toMatchObject({ state: 'failed', failMode: 'open' });
    expect(await auditOf(t, 'challenge.failed')).toMatchObject([
      { actor: { type: 'system', id: 'outbox' }, reason: 'delivery_failed' },
    ]);
  });

  test('of an enrollment is sent by another process, too, and its failure ends the enrollment', async () => {
    const t = await openOutboxWorld();
    const prepare = async (user: string) => {
      const { id } = await t.engine.enrollments.begin(t.caller, { user });
      t.behave('die');
      const tries = t.tried.size;
      const options = { kind: 'email', options: { address: `${user}@example.org` } };
      void t.engine.enrollments.prepare(t.caller, id, options).catch(() => undefined);
      await expect.poll(() => t.tried.size).toBe(tries + 1);
      t.clock.advance(claim);
      return id;
    };
    const [first, second] = [await prepare('bob'), await prepare('carol')];
    t.behave('take');
    expect(await t.engine.outbox.work()).toMatchObject({ sent: 2 });
    const mail = t.delivered.find(({ message }) => message.to === 'bob@example.org');
    const code = mail?.message.values['code'] ?? '';
    expect((await t.engine.enrollments.complete(t.caller, first, { code })).accepted).toBe(true);
    expect((await t.engine.enrollments.get(t.caller, second)).state).toBe('prepared');
    const third = await prepare('dave');
    t.behave(new DeliveryFailure('down'));
    await t.engine.outbox.work();
    expect((await t.engine.enrollments.get(t.caller, third)).state).toBe('failed');
  });

  test('that kills whoever sends it is given up after three', async () => {
    const t = await withMail();
    const challenge = await issueAndDie(t);
    for (let attempt = 0; attempt < 2; attempt++) {
      t.behave('die');
      t.clock.advance(claim);
      void (await t.open()).engine.outbox.work();
      await expect.poll(() => [...t.tried.values()].at(-1)).toBe(attempt + 2);
    }
    t.behave('take');
    t.clock.advance(claim);
    expect(await (await t.open()).engine.outbox.work()).toMatchObject({ failed: 1, sent: 0 });
    expect(await stateOf(t, challenge)).toBe('failed');
  });
});

/** The sorts of statements that name the outbox. */
function outboxStatements(): { seen: string[]; plugin: KyselyPlugin } {
  const seen: string[] = [];
  const plain = (_: string, value: unknown) => (typeof value === 'bigint' ? String(value) : value);
  const plugin: KyselyPlugin = {
    transformQuery: ({ node }) => {
      if (JSON.stringify(node, plain).includes('"outbox"')) seen.push(node.kind);
      return node;
    },
    transformResult: async ({ result }) => result,
  };
  return { seen, plugin };
}

describe('where nothing is sent', () => {
  test('no statement asks the outbox', async () => {
    const { seen, plugin } = outboxStatements();
    const t = await openOutboxWorld({ plugins: [plugin] });
    seen.length = 0;
    const { code } = await enrollTotp({ ...t, messages: [] }, 'alice');
    const challenge = await issue(t);
    await t.engine.challenges.answer(t.caller, challenge.id, { code: code() });
    expect(seen).toEqual([]);
  });

  test('and messages that are asked for together are written by one statement', async () => {
    const { seen, plugin } = outboxStatements();
    const t = await openOutboxWorld({ plugins: [plugin] });
    for (const user of ['alice', 'bob', 'carol']) await enrollEmail({ ...t, messages: messagesOf(t) }, user);
    seen.length = 0;
    t.delivered.length = 0;
    const users = ['alice', 'bob', 'carol'];
    await Promise.all(users.map((user) => t.engine.challenges.issue(t.caller, { user })));
    expect(new Set(t.delivered.map(({ message }) => message.to)).size).toBe(3);
    expect(seen.filter((kind) => kind === 'InsertQueryNode')).toHaveLength(1);
  });
});

describe('tenants', () => {
  /** Another tenant of the world, with a user who is told of things by mail. */
  async function neighbour(t: OutboxWorld, name: string): Promise<IntegrationCaller> {
    const { tenant } = await t.engine.tenants.create(t.system, { name });
    const { integration } = await t.engine.integrations.create({ ...t.system, tenant: tenant.id }, { name });
    const caller = integrationCaller(integration);
    await enrollEmail({ ...t, caller, messages: messagesOf(t) }, 'alice', `alice@${name}.example.org`);
    return caller;
  }

  const rename = async (t: OutboxWorld, caller: IntegrationCaller, name: string) => {
    const [user] = (await t.engine.users.list(caller)).items;
    const [device] = await t.engine.devices.list(caller, user?.id ?? '');
    await t.engine.devices.rename(caller, device?.id ?? '', name);
  };

  test('do not wait for the slow receiver of another (OUT-04)', async () => {
    const t = await openOutboxWorld();
    const [slow, quick] = [await neighbour(t, 'slow'), await neighbour(t, 'quick')];
    const door = gate();
    t.behave(() => door.passed);
    await rename(t, slow, 'one');
    await expect.poll(() => t.tried.size).toBe(3);
    t.behave('take');
    t.delivered.length = 0;
    await rename(t, quick, 'two');
    const working = t.engine.outbox.work();
    await expect.poll(() => t.delivered.map(({ message }) => message.to)).toEqual(['alice@quick.example.org']);
    door.open();
    await working;
    expect(t.delivered.map(({ message }) => message.to)).toEqual(['alice@quick.example.org', 'alice@slow.example.org']);
  });

  test('have only so much under way at a time, and in one go', async () => {
    const t = await openOutboxWorld();
    const busy = await neighbour(t, 'busy');
    t.behave(new DeliveryFailure('down'));
    for (let number = 0; number < 10; number++) await rename(t, busy, `name ${number}`);
    await t.engine.outbox.work();
    t.clock.advance(24 * 60_000);
    const door = gate();
    let most = 0;
    let now = 0;
    t.behave(async () => {
      most = Math.max(most, ++now);
      await door.passed;
      now--;
    });
    const working = t.engine.outbox.work(6);
    await expect.poll(() => now).toBe(4);
    door.open();
    expect(await working).toMatchObject({ sent: 6 });
    expect(most).toBe(4);
    expect(await t.engine.outbox.work()).toMatchObject({ sent: 4 });
  });
});

test('a closed engine begins nothing more and has finished what it began', async () => {
  const t = await withMail();
  const other = await t.open();
  const door = gate();
  t.behave(() => door.passed);
  const [user] = (await other.engine.users.list(t.caller)).items;
  const [device] = await other.engine.devices.list(t.caller, user?.id ?? '');
  await other.engine.devices.rename(t.caller, device?.id ?? '', 'Mailbox');
  await expect.poll(() => t.tried.size).toBe(2);
  const closing = other.engine.close();
  door.open();
  await closing;
  const notices = (await outboxRows(t.store)).filter(({ purpose }) => purpose === 'notice');
  expect(notices).toMatchObject([{ state: 'sent', message: null }]);
  expect(await other.engine.outbox.work()).toEqual({ sent: 0, postponed: 0, failed: 0, void: 0 });
});

test('what waited when its time was over says nothing any more after a sweep, also where nobody sends (EML-11)', async () => {
  const t = await withMail();
  await issueAndDie(t);
  t.clock.advance(300_000);
  expect((await t.rows()).some(({ message }) => message !== null)).toBe(true);
  await t.engine.sweep();
  expect((await t.rows()).filter(({ message }) => message !== null)).toEqual([]);
  expect(await t.engine.outbox.work()).toEqual({ sent: 0, postponed: 0, failed: 0, void: 0 });
});
