import { createECDH, randomBytes } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import type { Challenge, JsonObject } from '../../core/model.ts';
import { AddressGone } from '../../delivery/index.ts';
import type { TestEngine } from '../../testing/index.ts';
import { auditOf, enrollEmail, expectRefusal, openTestEngine, race } from '../enrolled.fixture.ts';
import { openFileEngines } from '../file-engines.fixture.ts';
import type { IntegrationCaller } from '../index.ts';

interface Browser {
  userId: string;
  deviceId: string;
  approve(challenge: Challenge, number?: string): ReturnType<TestEngine['engine']['challenges']['answer']>;
}

const subscription = () => ({
  endpoint: `https://push.example.org/${randomBytes(8).toString('hex')}`,
  keys: {
    p256dh: createECDH('prime256v1').generateKeys().toString('base64url'),
    auth: randomBytes(16).toString('base64url'),
  },
});

/** Enrolls a browser of a user. */
async function enrollBrowser(
  t: Pick<TestEngine, 'engine' | 'caller'>,
  user: string,
  more: JsonObject = {},
  caller: IntegrationCaller = t.caller,
): Promise<Browser> {
  const token = randomBytes(32).toString('base64url');
  const begun = await t.engine.enrollments.begin(caller, { user });
  await t.engine.enrollments.prepare(caller, begun.id, { kind: 'push' });
  const { device, user: owner } = await t.engine.enrollments.complete(caller, begun.id, {
    response: { token, ...more },
  });
  return {
    userId: owner?.id ?? '',
    deviceId: device?.id ?? '',
    approve: (challenge, number = numberOf(challenge)) =>
      t.engine.challenges.answer(caller, challenge.id, { response: { token, number } }),
  };
}

const numberOf = ({ shown }: Challenge) => shown?.['number'] as string;
const otherNumber = (challenge: Challenge) => String(10 + ((Number(numberOf(challenge)) - 9) % 90));
const ask = (t: TestEngine, user = 'alice', more: { deviceId?: string; reference?: string } = {}) =>
  t.engine.challenges.issue(t.caller, { user, context: { ip: '192.0.2.7' }, ...more });
const stateOf = async (t: TestEngine, { id }: Challenge) => (await t.engine.challenges.get(t.caller, id)).state;

describe('a question to a browser', () => {
  test('is passed by the number that the asking side shows, and tells by which device', async () => {
    const t = await openTestEngine();
    const alice = await enrollBrowser(t, 'alice');
    const challenge = await ask(t);
    expect(challenge).toMatchObject({ kind: 'push', state: 'pending', attemptsLeft: 1 });
    const { outcome } = await alice.approve(challenge);
    expect(outcome).toMatchObject({ accepted: true, method: { name: 'push', deviceId: alice.deviceId } });
    expect(await stateOf(t, challenge)).toBe('passed');
  });

  test('is over with one wrong number, for the right one too (SMS-07)', async () => {
    const t = await openTestEngine();
    const alice = await enrollBrowser(t, 'alice');
    const challenge = await ask(t);
    expect((await alice.approve(challenge, otherNumber(challenge))).outcome.accepted).toBe(false);
    expect(await stateOf(t, challenge)).toBe('failed');
    await expectRefusal(alice.approve(challenge), 'wrong_state');
  });

  test('is passed once by fifty approvals at once (OTP-02, FLW-09)', async () => {
    const t = await openTestEngine({ policy: { guesses: { perUser: 100 } } });
    const alice = await enrollBrowser(t, 'alice');
    const challenge = await ask(t);
    const result = await race(Array.from({ length: 50 }, () => async () => (await alice.approve(challenge)).outcome));
    expect(result.accepted).toBe(1);
    expect(new Set(result.errors)).toEqual(new Set(['wrong_state']));
  });

  test('is not passed by the browser of somebody else, nor by another one of the user (TEN-01)', async () => {
    const t = await openTestEngine();
    const [alice, second, bob] = [
      await enrollBrowser(t, 'alice'),
      await enrollBrowser(t, 'alice'),
      await enrollBrowser(t, 'bob'),
    ];
    for (const other of [second, bob]) {
      const challenge = await ask(t, 'alice', { deviceId: alice.deviceId });
      expect((await other.approve(challenge)).outcome.accepted).toBe(false);
    }
  });

  test('is seen by the device that is asked, whichever integration of its realm asks, and never with its number', async () => {
    const t = await openTestEngine();
    const alice = await enrollBrowser(t, 'alice');
    const bob = await enrollBrowser(t, 'bob');
    const { integration } = await t.engine.integrations.create(t.caller, { name: 'VPN' });
    const vpn: IntegrationCaller = { ...t.caller, integration };
    const challenge = await t.engine.challenges.issue(vpn, {
      user: 'alice',
      reference: 'office network',
      context: { ip: '192.0.2.7' },
    });
    const questions = await t.engine.challenges.listForDevice(t.caller, alice.deviceId);
    expect(questions).toEqual([
      {
        id: challenge.id,
        integrationId: integration.id,
        integration: 'VPN',
        reference: 'office network',
        ip: '192.0.2.7',
        createdAt: challenge.createdAt,
        expiresAt: challenge.expiresAt,
      },
    ]);
    expect(await t.engine.challenges.listForDevice(t.caller, bob.deviceId)).toEqual([]);
    t.clock.advance(300_000);
    expect(await t.engine.challenges.listForDevice(t.caller, alice.deviceId)).toEqual([]);
    await expectRefusal(t.engine.challenges.listForDevice(t.caller, 'dev_unknown'), 'not_found');
  });
});

describe('how often a user is interrupted', () => {
  test('by one question at a time: fifty at once leave one open, and few were asked at all (SMS-07)', async () => {
    const t = await openTestEngine();
    const browsers = [await enrollBrowser(t, 'alice'), await enrollBrowser(t, 'alice')];
    const asked = await Promise.allSettled(
      Array.from({ length: 50 }, (_, index) => ask(t, 'alice', { deviceId: browsers[index % 2]?.deviceId ?? '' })),
    );
    expect(asked.filter(({ status }) => status === 'fulfilled')).toHaveLength(5);
    const open = await Promise.all(
      browsers.map(({ deviceId }) => t.engine.challenges.listForDevice(t.caller, deviceId)),
    );
    expect(open.flat()).toHaveLength(1);
    const { items } = await t.engine.challenges.list(t.caller, { state: 'pending' });
    expect(items.map(({ id }) => id)).toEqual(open.flat().map(({ id }) => id));
  });

  test('by one question of all nodes together: two engines on one database leave one open', async () => {
    const t = await openFileEngines({ policy: { prompts: { unanswered: 8 } } });
    const nodes = [t.engine, (await t.open()).engine];
    const alice = await enrollBrowser(t, 'alice');
    const asked = await Promise.allSettled(
      Array.from({ length: 30 }, (_, index) =>
        (nodes[index % 2] ?? t.engine).challenges.issue(t.caller, { user: 'alice' }),
      ),
    );
    expect(asked.filter(({ status }) => status === 'fulfilled')).toHaveLength(8);
    for (const { challenges } of nodes)
      expect(await challenges.listForDevice(t.caller, alice.deviceId)).toHaveLength(1);
  });

  test('by so many in a window as may stay unanswered; an approval forgives them, and so does an administrator', async () => {
    const t = await openTestEngine({ policy: { prompts: { unanswered: 2, windowSeconds: 600 } } });
    const alice = await enrollBrowser(t, 'alice');
    await enrollBrowser(t, 'bob');
    await ask(t);
    expect((await alice.approve(await ask(t))).outcome.accepted).toBe(true);
    await ask(t);
    await ask(t);
    const refusal = await expectRefusal(ask(t), 'too_many_messages');
    expect(refusal.retryAfter).toBe(600);
    expect((await ask(t, 'bob')).state).toBe('pending');
    await t.engine.users.unlock(t.caller, alice.userId);
    await ask(t);
    await ask(t);
    await expectRefusal(ask(t), 'too_many_messages');
    t.clock.advance(600_000);
    expect((await ask(t)).state).toBe('pending');
  });

  test('not at all for a while after he said that it was not him; and he is told by mail (SMS-07)', async () => {
    const t = await openTestEngine({ policy: { prompts: { windowSeconds: 600 } } });
    const mail = await enrollEmail(t, 'alice');
    const alice = await enrollBrowser(t, 'alice');
    const challenge = await ask(t, 'alice', { deviceId: alice.deviceId });
    t.messages.length = 0;
    expect((await t.engine.challenges.deny(t.caller, challenge.id)).state).toBe('denied');
    await expectRefusal(alice.approve(challenge), 'wrong_state');
    const [row] = await auditOf(t, 'challenge.denied');
    expect(row).toMatchObject({ outcome: 'refused', reason: 'denied_by_user', deviceId: alice.deviceId });

    const refusal = await expectRefusal(ask(t, 'alice', { deviceId: alice.deviceId }), 'too_many_messages');
    expect(refusal.retryAfter).toBe(600);
    const byMail = await ask(t, 'alice', { deviceId: mail.deviceId });
    expect(byMail).toMatchObject({ kind: 'email', state: 'pending' });
    t.clock.advance(600_000);
    expect((await ask(t, 'alice', { deviceId: alice.deviceId })).state).toBe('pending');
    await expect
      .poll(() => t.messages.find(({ values }) => values['event'] === 'push_refused'))
      .toMatchObject({ to: 'alice@example.org', template: 'notice', values: { ip: '192.0.2.7' } });
  });
});

describe('waking a browser', () => {
  test('is a message of who asks, from where and for what, without the number', async () => {
    const t = await openTestEngine();
    const to = subscription();
    await enrollBrowser(t, 'alice', { subscription: to });
    const challenge = await ask(t, 'alice', { reference: 'Payroll' });
    expect(t.messages).toEqual([
      {
        channel: 'push',
        to: to.endpoint,
        target: to.keys,
        template: 'question',
        values: {
          issuer: t.integration.name,
          user: 'alice',
          reference: 'Payroll',
          ip: '192.0.2.7',
          seconds: '300',
        },
      },
    ]);
    expect(numberOf(challenge)).toMatch(/^[0-9]{2}$/);
  });

  test('that fails lets the question wait, and never opens a fail mode', async () => {
    const t = await openTestEngine({ policy: { failMode: 'open' } });
    const alice = await enrollBrowser(t, 'alice', { subscription: subscription() });
    t.failDelivery(true);
    const challenge = await ask(t);
    expect(challenge.state).toBe('pending');
    expect(challenge).not.toHaveProperty('failMode');
    expect(await auditOf(t, 'message.failed')).toHaveLength(1);
    expect((await alice.approve(challenge)).outcome.accepted).toBe(true);
  });

  test('ends with a subscription that is gone: the device goes on without it', async () => {
    const t = await openTestEngine();
    const alice = await enrollBrowser(t, 'alice', { subscription: subscription() });
    t.failDelivery(true, new AddressGone('The push subscription is gone (410).'));
    expect((await ask(t)).state).toBe('pending');
    expect((await t.engine.devices.get(t.caller, alice.deviceId)).public).toEqual({ wakes: false });
    expect(await auditOf(t, 'device.address-gone')).toHaveLength(1);
    t.failDelivery(false);
    const next = await ask(t);
    expect(t.messages).toEqual([]);
    expect((await alice.approve(next)).outcome.accepted).toBe(true);
  });
});
