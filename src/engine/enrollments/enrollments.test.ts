import { describe, expect, test } from 'vitest';
import {
  accepts,
  auditOf,
  codeOf,
  enrollTotp,
  expectRefusal,
  lastCode,
  openTestEngine,
  step,
} from '../enrolled.fixture.ts';
import { decodeBase32, totp } from '../../otp/index.ts';
import type { TestEngine } from '../../testing/index.ts';

/** Begins and prepares an authenticator app; answers its enrollment and its code. */
async function prepareTotp(t: TestEngine, user: string, options: { ifUserExists?: 'refuse' | 'add' } = {}) {
  const { id } = await t.engine.enrollments.begin(t.caller, { user, ...options });
  const { shown } = await t.engine.enrollments.prepare(t.caller, id, { kind: 'totp' });
  const secret = decodeBase32(shown?.['secret'] as string);
  return { id, code: () => totp({ secret, time: t.clock.now() }), complete: (code: string) => complete(t, id, code) };
}

const complete = (t: TestEngine, id: string, code: string) => t.engine.enrollments.complete(t.caller, id, { code });

describe('the states of an enrollment', () => {
  test('go from new to prepared to completed', async () => {
    const t = await openTestEngine();
    const begun = await t.engine.enrollments.begin(t.caller, { user: 'alice' });
    expect(begun).toMatchObject({ state: 'new', userName: 'alice', attemptsLeft: 5 });
    expect(begun.expiresAt).toBe(t.clock.now() + 300_000);
    const prepared = await t.engine.enrollments.prepare(t.caller, begun.id, { kind: 'totp' });
    expect(prepared).toMatchObject({ state: 'prepared', kind: 'totp' });
    const secret = decodeBase32(prepared.shown?.['secret'] as string);
    const completed = await complete(t, begun.id, totp({ secret, time: t.clock.now() }));
    expect(completed).toMatchObject({
      accepted: true,
      user: { name: 'alice', status: 'active' },
      device: { kind: 'totp', status: 'active' },
      enrollment: { state: 'completed', deviceId: completed.device?.id, userId: completed.user?.id },
    });
    expect(await t.engine.enrollments.get(t.caller, begun.id)).toEqual(completed.enrollment);
    expect((await t.engine.devices.list(t.caller, completed.user!.id)).map((device) => device.id)).toEqual([
      completed.device!.id,
    ]);
  });

  test('refuse what is out of order, and stay as they are', async () => {
    const t = await openTestEngine();
    const { id } = await t.engine.enrollments.begin(t.caller, { user: 'alice' });
    await expectRefusal(complete(t, id, '000000'), 'wrong_state');
    await t.engine.enrollments.prepare(t.caller, id, { kind: 'totp' });
    await expectRefusal(t.engine.enrollments.prepare(t.caller, id, { kind: 'totp' }), 'wrong_state');
    expect(await t.engine.enrollments.get(t.caller, id)).toMatchObject({ state: 'prepared', attemptsLeft: 5 });
  });

  test.each(['completed', 'failed', 'expired', 'cancelled'] as const)(
    'are final when they are %s: nothing changes them, and the secret is forgotten (FLW-16, OSS-80)',
    async (state) => {
      const t = await openTestEngine();
      const { id, code, complete } = await prepareTotp(t, 'alice');
      if (state === 'completed') await complete(code());
      if (state === 'failed') await t.engine.enrollments.fail(t.caller, id, 'given up');
      if (state === 'cancelled') await t.engine.enrollments.cancel(t.caller, id);
      if (state === 'expired') t.clock.advance(300_000);
      const ended = await t.engine.enrollments.get(t.caller, id);
      expect(ended.state).toBe(state);
      expect(ended).not.toHaveProperty('shown');

      await expectRefusal(complete(code()), state === 'expired' ? 'enrollment_expired' : 'wrong_state');
      const again = t.engine.enrollments.prepare(t.caller, id, { kind: 'totp' });
      // An expired one has been ended for good by the first who noticed.
      await expectRefusal(again, 'wrong_state');
      const cancelled = t.engine.enrollments.cancel(t.caller, id);
      expect(await cancelled.then(({ state }) => state, codeOf)).toBe(state === 'cancelled' ? state : 'wrong_state');
      expect(await t.engine.enrollments.fail(t.caller, id, 'late')).toMatchObject({ state });
      const row = await t.store.db.selectFrom('enrollments').select(['prepared', 'shown', 'state']).executeTakeFirst();
      expect(row).toEqual({ prepared: null, shown: null, state });
    },
  );

  test('that ran out is not completed by the right code, one millisecond late or a day', async () => {
    const t = await openTestEngine({ policy: { enrollment: { lifeSeconds: 10 } } });
    const intime = await prepareTotp(t, 'alice');
    t.clock.advance(9_999);
    expect((await intime.complete(intime.code())).accepted).toBe(true);
    const late = await prepareTotp(t, 'bob');
    t.clock.advance(10_000);
    expect((await t.engine.enrollments.get(t.caller, late.id)).state).toBe('expired');
    await expectRefusal(late.complete(late.code()), 'enrollment_expired');
    expect(await t.engine.users.findByName(t.caller, 'bob')).toBeUndefined();
    expect(await auditOf(t, 'enrollment.expired')).toHaveLength(1);
  });

  test('that were begun further ahead than they live have run out: the clock was set back (CLK-02)', async () => {
    const t = await openTestEngine({ policy: { enrollment: { lifeSeconds: 10 } } });
    const begunAt = t.clock.now();
    const [near, far] = [await prepareTotp(t, 'alice'), await prepareTotp(t, 'bob')];
    const states = async (state: string) =>
      (await t.engine.enrollments.list(t.caller, { state })).items.map(({ id }) => id).toSorted();
    t.clock.set(begunAt - 10_000);
    expect(await states('prepared')).toEqual([near.id, far.id].toSorted());
    expect((await near.complete(near.code())).accepted).toBe(true);
    t.clock.set(begunAt - 10_001);
    expect(await t.engine.enrollments.get(t.caller, far.id)).toMatchObject({ state: 'expired' });
    expect([await states('prepared'), await states('expired')]).toEqual([[], [far.id]]);
    await expectRefusal(far.complete(far.code()), 'enrollment_expired');
    t.clock.set(begunAt);
    await expectRefusal(far.complete(far.code()), 'wrong_state');
  });
});

describe('wrong answers to an enrollment', () => {
  test('are counted down, and after the last the right one is refused too (BF-01)', async () => {
    const t = await openTestEngine({ policy: { enrollment: { attempts: 3 } } });
    const { id, code, complete } = await prepareTotp(t, 'alice');
    for (const left of [2, 1]) {
      expect(await complete('000000')).toMatchObject({
        accepted: false,
        enrollment: { state: 'prepared', attemptsLeft: left },
      });
    }
    expect(await complete('000000')).toMatchObject({
      accepted: false,
      enrollment: { state: 'failed', attemptsLeft: 0 },
    });
    await expectRefusal(complete(code()), 'wrong_state');
    expect(await t.engine.enrollments.get(t.caller, id)).toMatchObject({ state: 'failed', attemptsLeft: 0 });
    expect(await t.engine.users.findByName(t.caller, 'alice')).toBeUndefined();
  });

  test('are never more than the policy allows, whatever the caller asks for', async () => {
    const t = await openTestEngine({ policy: { enrollment: { attempts: 3 } } });
    expect(await t.engine.enrollments.begin(t.caller, { user: 'alice', attempts: 20 })).toMatchObject({
      attemptsLeft: 3,
    });
    expect(await t.engine.enrollments.begin(t.caller, { user: 'alice', attempts: 1 })).toMatchObject({
      attemptsLeft: 1,
    });
  });

  test('are judged as often as the user has guesses, over all his enrollments (BF-02)', async () => {
    const t = await openTestEngine({ policy: { guesses: { perUser: 4 } } });
    let judged = 0;
    for (let round = 0; round < 5; round++) {
      const { complete } = await prepareTotp(t, 'alice');
      for (let guess = 0; guess < 2; guess++) {
        if ((await complete('000000').catch(() => undefined)) !== undefined) judged++;
      }
    }
    expect(judged).toBe(4);
    const { code, complete } = await prepareTotp(t, 'alice');
    await expectRefusal(complete(code()), 'too_many_attempts');
  });

  test('do not use up the guesses at the devices that the user has (law 4)', async () => {
    const t = await openTestEngine({ policy: { guesses: { perUser: 4 } } });
    const alice = await enrollTotp(t, 'alice');
    const { complete } = await prepareTotp(t, 'alice');
    for (let guess = 0; guess < 4; guess++) await complete('000000');
    expect(await accepts(t, 'alice', alice.code())).toBe(true);
  });
});

describe('the secret of an enrollment', () => {
  test('is made by the server: one that the caller sends is refused (FLW-16)', async () => {
    const t = await openTestEngine();
    const { id } = await t.engine.enrollments.begin(t.caller, { user: 'alice' });
    const options = { secret: 'JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP' };
    await expectRefusal(t.engine.enrollments.prepare(t.caller, id, { kind: 'totp', options }), 'invalid_parameters');
    expect((await t.engine.enrollments.get(t.caller, id)).state).toBe('new');
  });

  test('is that of its own enrollment only (FLW-16, FLW-17)', async () => {
    const t = await openTestEngine();
    const first = await prepareTotp(t, 'alice');
    const second = await prepareTotp(t, 'alice');
    expect((await first.complete(second.code())).accepted).toBe(false);
    expect((await first.complete(first.code())).accepted).toBe(true);
  });

  test('answers for nobody before the enrollment is completed (FLW-17)', async () => {
    const t = await openTestEngine();
    const { code } = await prepareTotp(t, 'alice');
    expect(await accepts(t, 'alice', code())).toBe(false);
    await enrollTotp(t, 'bob');
    const pending = await prepareTotp(t, 'bob');
    expect(await accepts(t, 'bob', pending.code())).toBe(false);
  });

  test('is not in the database in the clear while it is prepared', async () => {
    const t = await openTestEngine();
    const { id } = await t.engine.enrollments.begin(t.caller, { user: 'alice' });
    const { shown } = await t.engine.enrollments.prepare(t.caller, id, { kind: 'totp' });
    const row = await t.store.db.selectFrom('enrollments').selectAll().executeTakeFirst();
    expect(JSON.stringify(row)).not.toContain(shown?.['secret']);
    expect((await t.engine.enrollments.get(t.caller, id)).shown).toEqual(shown);
  });

  test('has had its first code used up by the enrollment (OTP-06)', async () => {
    const t = await openTestEngine();
    const { code, complete } = await prepareTotp(t, 'alice');
    const first = code();
    await complete(first);
    expect(await accepts(t, 'alice', first)).toBe(false);
    t.clock.advance(step);
    expect(await accepts(t, 'alice', code())).toBe(true);
  });
});

describe('two enrollments of one user', () => {
  test('both add a device unless the caller wanted a new user', async () => {
    const t = await openTestEngine();
    const [first, second] = [await prepareTotp(t, 'alice'), await prepareTotp(t, 'alice')];
    expect((await first.complete(first.code())).accepted).toBe(true);
    t.clock.advance(1);
    expect((await second.complete(second.code())).accepted).toBe(true);
    const { id } = (await t.engine.users.findByName(t.caller, 'alice'))!;
    expect((await t.engine.devices.list(t.caller, id)).map((device) => device.name)).toEqual([
      'Authenticator app',
      'Authenticator app 2',
    ]);
  });

  test('that wanted a new user: one completes, the other fails with user_exists (OSS-09)', async () => {
    const t = await openTestEngine();
    const options = { ifUserExists: 'refuse' } as const;
    const [first, second] = [await prepareTotp(t, 'alice', options), await prepareTotp(t, 'alice', options)];
    expect(first.id).not.toBe(second.id);
    expect((await first.complete(first.code())).accepted).toBe(true);
    await expectRefusal(second.complete(second.code()), 'user_exists');
    expect((await t.engine.enrollments.get(t.caller, second.id)).state).toBe('failed');
    await expectRefusal(t.engine.enrollments.begin(t.caller, { user: 'alice', ...options }), 'user_exists');
  });

  test('that are completed at the same time leave one user with one device (OSS-09)', async () => {
    const t = await openTestEngine();
    const enrollments = await Promise.all(
      Array.from({ length: 10 }, () => prepareTotp(t, 'alice', { ifUserExists: 'refuse' })),
    );
    const outcomes = await Promise.allSettled(enrollments.map(({ complete, code }) => complete(code())));
    expect(outcomes.filter((outcome) => outcome.status === 'fulfilled')).toHaveLength(1);
    expect(outcomes.filter((outcome) => outcome.status === 'rejected').map(({ reason }) => reason as Error)).toEqual(
      Array.from({ length: 9 }, () => expect.objectContaining({ code: 'user_exists' }) as Error),
    );
    const { items } = await t.engine.users.list(t.caller, { name: 'alice' });
    expect(items).toHaveLength(1);
    expect(await t.engine.devices.list(t.caller, items[0]!.id)).toHaveLength(1);
    expect(await auditOf(t, 'user.created')).toHaveLength(1);
  });

  test('of which one is completed 20 times at once adds one device', async () => {
    const t = await openTestEngine();
    const { code, complete } = await prepareTotp(t, 'alice');
    const outcomes = await Promise.allSettled(Array.from({ length: 20 }, () => complete(code())));
    const accepted = outcomes.filter((outcome) => outcome.status === 'fulfilled' && outcome.value.accepted);
    expect(accepted).toHaveLength(1);
    const { id } = (await t.engine.users.findByName(t.caller, 'alice'))!;
    expect(await t.engine.devices.list(t.caller, id)).toHaveLength(1);
    expect(await auditOf(t, 'enrollment.completed')).toHaveLength(1);
  });

  test('at once prepare one device each, and one enrollment is prepared once', async () => {
    const t = await openTestEngine();
    const { id } = await t.engine.enrollments.begin(t.caller, { user: 'alice' });
    const outcomes = await Promise.allSettled(
      Array.from({ length: 10 }, () => t.engine.enrollments.prepare(t.caller, id, { kind: 'totp' })),
    );
    expect(outcomes.filter((outcome) => outcome.status === 'fulfilled')).toHaveLength(1);
  });
});

describe('the policy of enrollments', () => {
  test('names the kinds that may be enrolled', async () => {
    const t = await openTestEngine({ policy: { allowedKinds: ['email'] } });
    const { id } = await t.engine.enrollments.begin(t.caller, { user: 'alice' });
    await expectRefusal(t.engine.enrollments.prepare(t.caller, id, { kind: 'totp' }), 'kind_not_allowed');
    await expectRefusal(t.engine.enrollments.prepare(t.caller, id, { kind: 'pigeon' }), 'kind_unknown');
    const options = { address: 'alice@example.org' };
    expect(await t.engine.enrollments.prepare(t.caller, id, { kind: 'email', options })).toMatchObject({
      state: 'prepared',
    });
  });

  test('names the mail domains, and mails nobody else', async () => {
    const t = await openTestEngine({ policy: { allowedMailDomains: ['example.org'] } });
    const { id } = await t.engine.enrollments.begin(t.caller, { user: 'alice' });
    const prepare = (address: string) =>
      t.engine.enrollments.prepare(t.caller, id, { kind: 'email', options: { address } });
    await expectRefusal(prepare('alice@example.com'), 'mail_domain_not_allowed');
    expect(t.messages).toEqual([]);
    await prepare('alice@example.org');
    expect(t.messages).toHaveLength(1);
    expect(await complete(t, id, lastCode(t))).toMatchObject({ accepted: true });
  });

  test('keeps an inactive user from getting a device', async () => {
    const t = await openTestEngine();
    const early = await prepareTotp(t, 'alice');
    await t.engine.users.create(t.caller, { name: 'alice', status: 'inactive' });
    await expectRefusal(t.engine.enrollments.begin(t.caller, { user: 'alice' }), 'user_inactive');
    await expectRefusal(early.complete(early.code()), 'user_inactive');
    const { id } = (await t.engine.users.findByName(t.caller, 'alice'))!;
    expect(await t.engine.devices.list(t.caller, id)).toEqual([]);
  });
});

describe('an enrollment whose message cannot be delivered', () => {
  test('has failed, and the caller is told so (OSS-41)', async () => {
    const t = await openTestEngine();
    const { id } = await t.engine.enrollments.begin(t.caller, { user: 'alice' });
    t.failDelivery(true);
    const options = { address: 'alice@example.org' };
    await expectRefusal(t.engine.enrollments.prepare(t.caller, id, { kind: 'email', options }), 'delivery_failed');
    expect((await t.engine.enrollments.get(t.caller, id)).state).toBe('failed');
    expect(await auditOf(t, 'message.failed')).toHaveLength(1);
    expect(await auditOf(t, 'enrollment.failed')).toMatchObject([{ reason: 'delivery_failed', outcome: 'failed' }]);
  });

  test('is not sent at all when the address has had its messages', async () => {
    const t = await openTestEngine({ policy: { messages: { perTarget: 2 } } });
    const prepare = async (address: string) => {
      const { id } = await t.engine.enrollments.begin(t.caller, { user: 'alice' });
      return t.engine.enrollments.prepare(t.caller, id, { kind: 'email', options: { address } });
    };
    await prepare('alice@example.org');
    await prepare('alice@EXAMPLE.org');
    await expectRefusal(prepare('alice@example.org'), 'too_many_messages');
    expect(t.messages).toHaveLength(2);
    await prepare('bob@example.org');
    t.clock.advance(900_000);
    await prepare('alice@example.org');
    expect(t.messages).toHaveLength(4);
  });
});

describe('the list of enrollments', () => {
  test('is filtered by the state as it is now, and by the user in any spelling of his name', async () => {
    const t = await openTestEngine();
    const { id: first } = await t.engine.enrollments.begin(t.caller, { user: 'Zoë' });
    t.clock.advance(200_000);
    const { id: second } = await t.engine.enrollments.begin(t.caller, { user: 'bob' });
    t.clock.advance(100_000);
    const ids = async (filter: { state?: string; user?: string }) =>
      (await t.engine.enrollments.list(t.caller, filter)).items.map(({ id, state }) => [id, state]);
    expect(await ids({})).toEqual([
      [second, 'new'],
      [first, 'expired'],
    ]);
    expect(await ids({ state: 'new' })).toEqual([[second, 'new']]);
    expect(await ids({ state: 'expired' })).toEqual([[first, 'expired']]);
    expect(await ids({ user: 'Zoe\u0308' })).toEqual([[first, 'expired']]);
  });
});

test('a completed enrollment gives back its own guess and forgives none of another (BF-04)', async () => {
  const t = await openTestEngine({ policy: { guesses: { perUser: 3 }, enrollment: { attempts: 5 } } });
  const { id } = await t.engine.enrollments.begin(t.caller, { user: 'alice' });
  await t.engine.enrollments.prepare(t.caller, id, { kind: 'email', options: { address: 'alice@example.org' } });
  const guess = () => t.engine.enrollments.complete(t.caller, id, { code: 'wrong' });
  await guess();
  await guess();
  await enrollTotp(t, 'alice');
  await guess();
  await expect(guess()).rejects.toMatchObject({ code: 'too_many_attempts' });
});
