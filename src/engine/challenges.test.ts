import { describe, expect, test } from 'vitest';
import {
  accepts,
  auditOf,
  enrollEmail,
  enrollTotp,
  expectRefusal,
  giveRecoveryCodes,
  lastCode,
  openTestEngine,
  race,
  step,
  wrongCode,
} from './enrolled.fixture.ts';
import { integrationCaller, type TestEngine } from '../testing/index.ts';

const issue = (t: TestEngine, user: string, deviceId?: string) =>
  t.engine.challenges.issue(t.caller, { user, ...(deviceId === undefined ? {} : { deviceId }) });
const answer = (t: TestEngine, id: string, code: string) => t.engine.challenges.answer(t.caller, id, { code });
const isAccepted = async (t: TestEngine, id: string, code: string) => (await answer(t, id, code)).outcome.accepted;

describe('the device of a challenge', () => {
  test('is the only usable one, else the one most recently used or enrolled', async () => {
    const t = await openTestEngine();
    const app = await enrollTotp(t, 'alice');
    expect((await issue(t, 'alice')).deviceId).toBe(app.deviceId);
    const mail = await enrollEmail(t, 'alice');
    expect((await issue(t, 'alice')).deviceId).toBe(mail.deviceId);
    t.clock.advance(1);
    expect(await accepts(t, 'alice', app.code())).toBe(true);
    expect((await issue(t, 'alice')).deviceId).toBe(app.deviceId);
    await t.engine.devices.setStatus(t.caller, app.deviceId, 'suspended');
    expect((await issue(t, 'alice')).deviceId).toBe(mail.deviceId);
  });

  test('is the one that was named', async () => {
    const t = await openTestEngine();
    const app = await enrollTotp(t, 'alice');
    await enrollEmail(t, 'alice');
    expect(await issue(t, 'alice', app.deviceId)).toMatchObject({
      deviceId: app.deviceId,
      kind: 'totp',
      state: 'pending',
    });
  });

  test('is never recovery codes while there is another', async () => {
    const t = await openTestEngine();
    const app = await enrollTotp(t, 'alice');
    t.clock.advance(step);
    const [code = ''] = await giveRecoveryCodes(t, 'alice');
    expect(await accepts(t, 'alice', code)).toBe(true);
    expect((await issue(t, 'alice')).deviceId).toBe(app.deviceId);
  });

  test('is never that of somebody else, a suspended one, or one that the policy does not accept (TEN-01, FLW-17)', async () => {
    const t = await openTestEngine();
    const alice = await enrollTotp(t, 'alice');
    const bob = await enrollTotp(t, 'bob');
    await expectRefusal(issue(t, 'alice', bob.deviceId), 'no_device');
    await expectRefusal(issue(t, 'alice', 'dev_missing'), 'no_device');
    await t.engine.devices.setStatus(t.caller, alice.deviceId, 'suspended');
    await expectRefusal(issue(t, 'alice', alice.deviceId), 'no_device');
    await expectRefusal(issue(t, 'alice'), 'no_device');
    const changed = await t.engine.integrations.update(t.caller, t.integration.id, {
      policy: { allowedKinds: ['email'] },
    });
    await expectRefusal(t.engine.challenges.issue(integrationCaller(changed), { user: 'bob' }), 'no_device');
  });

  test('is looked for in the users there are', async () => {
    const t = await openTestEngine();
    await expectRefusal(issue(t, 'nobody'), 'not_found');
    const { userId } = await enrollTotp(t, 'alice');
    await t.engine.users.setStatus(t.caller, userId, 'inactive');
    await expectRefusal(issue(t, 'alice'), 'user_inactive');
  });
});

describe('an answered challenge', () => {
  test('has passed once, and the same code opens no other (OTP-01, OTP-06)', async () => {
    const t = await openTestEngine();
    const { code } = await enrollTotp(t, 'alice');
    const [first, second] = [await issue(t, 'alice'), await issue(t, 'alice')];
    const passed = await answer(t, first.id, code());
    expect(passed).toMatchObject({
      outcome: { accepted: true, method: { name: 'totp' } },
      challenge: { state: 'passed' },
    });
    await expectRefusal(answer(t, first.id, code()), 'wrong_state');
    expect(await isAccepted(t, second.id, code())).toBe(false);
    expect(await accepts(t, 'alice', code())).toBe(false);
    expect(await auditOf(t, 'challenge.answered')).toMatchObject([
      { outcome: 'accepted' },
      { outcome: 'refused', reason: 'replayed' },
    ]);
  });

  test('tells the same of a wrong, a replayed and a malformed answer (OTP-01, I4)', async () => {
    const t = await openTestEngine();
    const alice = await enrollTotp(t, 'alice');
    await accepts(t, 'alice', alice.code());
    const outcomes = [];
    for (const code of [alice.code(), alice.wrong(), 'x', '']) {
      const { id } = await issue(t, 'alice');
      const { outcome, challenge } = await answer(t, id, code);
      outcomes.push({ outcome, state: challenge.state, left: challenge.attemptsLeft });
    }
    expect(new Set(outcomes.map((outcome) => JSON.stringify(outcome))).size).toBe(1);
    expect(outcomes[0]).toEqual({ outcome: { accepted: false }, state: 'pending', left: 4 });
  });

  test('fails with the last attempt, and then refuses the right answer (BF-01)', async () => {
    const t = await openTestEngine({ policy: { challenge: { attempts: 3 } } });
    const { code, wrong } = await enrollTotp(t, 'alice');
    const { id } = await issue(t, 'alice');
    for (const state of ['pending', 'pending', 'failed']) {
      expect((await answer(t, id, wrong())).challenge.state).toBe(state);
    }
    await expectRefusal(answer(t, id, code()), 'wrong_state');
    expect(await accepts(t, 'alice', code())).toBe(true);
  });

  test('never has more attempts than the policy allows', async () => {
    const t = await openTestEngine({ policy: { challenge: { attempts: 2 } } });
    await enrollTotp(t, 'alice');
    const asked = (attempts: number) => t.engine.challenges.issue(t.caller, { user: 'alice', attempts });
    expect(await asked(20)).toMatchObject({ attemptsLeft: 2 });
    expect(await asked(1)).toMatchObject({ attemptsLeft: 1 });
  });

  test('is too late when it has expired, and spends no guess then', async () => {
    const t = await openTestEngine({ policy: { challenge: { lifeSeconds: 60 }, guesses: { perUser: 1 } } });
    const { code } = await enrollTotp(t, 'alice');
    const { id } = await issue(t, 'alice');
    t.clock.advance(60_000);
    expect((await t.engine.challenges.get(t.caller, id)).state).toBe('expired');
    await expectRefusal(answer(t, id, code()), 'challenge_expired');
    await expectRefusal(answer(t, id, code()), 'wrong_state');
    expect(await accepts(t, 'alice', code())).toBe(true);
  });

  test('is too late when it was issued further ahead than it lives: the clock was set back (CLK-02)', async () => {
    const t = await openTestEngine({ policy: { challenge: { lifeSeconds: 60 } } });
    const { code } = await enrollTotp(t, 'alice');
    const issuedAt = t.clock.now();
    const [near, far] = [await issue(t, 'alice'), await issue(t, 'alice')];
    const states = async (state: string) =>
      (await t.engine.challenges.list(t.caller, { state })).items.map(({ id }) => id).toSorted();
    // The clocks of two nodes may differ a little.
    t.clock.set(issuedAt - 60_000);
    expect(await states('pending')).toEqual([near.id, far.id].toSorted());
    expect(await isAccepted(t, near.id, code())).toBe(false);
    t.clock.set(issuedAt - 60_001);
    expect((await t.engine.challenges.get(t.caller, far.id)).state).toBe('expired');
    expect(await states('pending')).toEqual([]);
    expect(await states('expired')).toEqual([near.id, far.id].toSorted());
    await expectRefusal(t.engine.challenges.resend(t.caller, near.id), 'challenge_expired');
    await expectRefusal(answer(t, far.id, code()), 'challenge_expired');
    t.clock.set(issuedAt);
    for (const { id } of [near, far]) await expectRefusal(answer(t, id, code()), 'wrong_state');
    expect(await accepts(t, 'alice', code())).toBe(true);
  });

  test('in a pile of 50 with one right code passes once (OTP-02, OTP-13)', async () => {
    const t = await openTestEngine({ policy: { challenge: { attempts: 20 }, guesses: { perUser: 1000 } } });
    const { code } = await enrollTotp(t, 'alice');
    const { id } = await issue(t, 'alice');
    const { accepted, errors } = await race(
      Array.from({ length: 50 }, () => async () => (await answer(t, id, code())).outcome),
    );
    expect(accepted).toBe(1);
    expect(new Set(errors)).toEqual(new Set(['wrong_state']));
    const pending = await Promise.all(Array.from({ length: 20 }, () => issue(t, 'alice')));
    t.clock.advance(step);
    const spread = await race(pending.map((challenge) => async () => (await answer(t, challenge.id, code())).outcome));
    expect(spread.accepted).toBe(1);
  });

  test('is refused when the user or the device was put out of use meanwhile (FLW-17, FLW-26)', async () => {
    const t = await openTestEngine();
    const { code, deviceId, userId } = await enrollTotp(t, 'alice');
    const { id } = await issue(t, 'alice');
    await t.engine.devices.setStatus(t.caller, deviceId, 'suspended');
    expect(await isAccepted(t, id, code())).toBe(false);
    await t.engine.devices.setStatus(t.caller, deviceId, 'active');
    await t.engine.users.setStatus(t.caller, userId, 'inactive');
    expect(await isAccepted(t, id, code())).toBe(false);
    await t.engine.users.setStatus(t.caller, userId, 'active');
    // Nothing of that used the code up.
    expect(await isAccepted(t, id, code())).toBe(true);
  });

  test('goes with its device and its user', async () => {
    const t = await openTestEngine();
    const { code, deviceId, userId } = await enrollTotp(t, 'alice');
    const { id } = await issue(t, 'alice');
    await t.engine.devices.remove(t.caller, deviceId);
    await expectRefusal(answer(t, id, code()), 'not_found');
    const mail = await enrollEmail(t, 'alice');
    expect(mail.userId).toBe(userId);
    const { id: second } = await issue(t, 'alice');
    await t.engine.users.remove(t.caller, userId);
    await expectRefusal(answer(t, second, lastCode(t)), 'not_found');
  });
});

describe('a challenge by mail', () => {
  test('is passed by the code that was mailed, once (OSS-44)', async () => {
    const t = await openTestEngine();
    await enrollEmail(t, 'alice');
    const sent = t.messages.length;
    const { id } = await issue(t, 'alice');
    expect(t.messages).toHaveLength(sent + 1);
    const { accepted } = await race(
      Array.from({ length: 20 }, () => async () => (await answer(t, id, lastCode(t))).outcome),
    );
    expect(accepted).toBe(1);
  });

  test('voids the one before: its code is dead, there and here (OTP-13)', async () => {
    const t = await openTestEngine();
    await enrollEmail(t, 'alice');
    const first = await issue(t, 'alice');
    const firstCode = lastCode(t);
    const second = await issue(t, 'alice');
    expect((await t.engine.challenges.get(t.caller, first.id)).state).toBe('expired');
    await expectRefusal(answer(t, first.id, firstCode), 'wrong_state');
    expect(await isAccepted(t, second.id, wrongCode([lastCode(t)]))).toBe(false);
    expect(firstCode !== lastCode(t) && (await isAccepted(t, second.id, firstCode))).toBe(false);
    expect(await isAccepted(t, second.id, lastCode(t))).toBe(true);
  });

  test('can be sent again: the new code is good, the old one void, the attempts stay spent (BF-03)', async () => {
    const t = await openTestEngine({ policy: { challenge: { attempts: 5, resends: 2 } } });
    await enrollEmail(t, 'alice');
    const { id } = await issue(t, 'alice');
    const old = lastCode(t);
    await answer(t, id, wrongCode([old]));
    const resent = await t.engine.challenges.resend(t.caller, id);
    expect(resent).toMatchObject({ state: 'pending', attemptsLeft: 4 });
    await t.engine.challenges.resend(t.caller, id);
    await expectRefusal(t.engine.challenges.resend(t.caller, id), 'too_many_messages');
    expect(new Set(t.messages.slice(-3).map((message) => message.to))).toEqual(new Set(['alice@example.org']));
    expect(old !== lastCode(t) && (await isAccepted(t, id, old))).toBe(false);
    expect(await isAccepted(t, id, lastCode(t))).toBe(true);
  });

  test('gives no more guesses by being sent again and again (BF-03)', async () => {
    const t = await openTestEngine({ policy: { guesses: { perUser: 10 }, messages: { perTarget: 1000 } } });
    await enrollEmail(t, 'alice');
    let judged = 0;
    for (let round = 0; round < 20; round++) {
      const challenge = await issue(t, 'alice').catch(() => undefined);
      if (challenge === undefined) break;
      for (let guess = 0; guess < 3; guess++) {
        const answered = await answer(t, challenge.id, wrongCode([lastCode(t)])).catch(() => undefined);
        if (answered !== undefined) judged++;
        // With the last guess the challenge ends too, and nothing is sent any more.
        if (guess < 2) await t.engine.challenges.resend(t.caller, challenge.id).catch(() => undefined);
      }
    }
    expect(judged).toBe(10);
    await expectRefusal(issue(t, 'alice'), 'too_many_attempts');
  });

  test('cannot be sent again for a kind that sends nothing, nor when it has ended', async () => {
    const t = await openTestEngine();
    await enrollTotp(t, 'alice');
    const { id } = await issue(t, 'alice');
    await expectRefusal(t.engine.challenges.resend(t.caller, id), 'wrong_state');
    await enrollEmail(t, 'bob');
    const mailed = await issue(t, 'bob');
    await answer(t, mailed.id, lastCode(t));
    await expectRefusal(t.engine.challenges.resend(t.caller, mailed.id), 'wrong_state');
  });

  test('is not answered without a challenge', async () => {
    const t = await openTestEngine();
    await enrollEmail(t, 'alice');
    await issue(t, 'alice');
    expect(await accepts(t, 'alice', lastCode(t))).toBe(false);
  });

  test.each(['closed', 'open'] as const)(
    'that cannot be delivered has failed %s, with its traces in the audit trail',
    async (failMode) => {
      const t = await openTestEngine({ policy: { failMode } });
      await enrollEmail(t, 'alice');
      t.failDelivery(true);
      const challenge = await issue(t, 'alice');
      expect(challenge).toMatchObject({ state: 'failed', failMode });
      expect(await t.engine.challenges.get(t.caller, challenge.id)).toEqual(challenge);
      await expectRefusal(answer(t, challenge.id, '000000'), 'wrong_state');
      expect(await auditOf(t, 'message.failed')).toMatchObject([{ objectId: challenge.id }]);
      expect(await auditOf(t, 'challenge.failed')).toMatchObject([
        { objectId: challenge.id, outcome: 'failed', reason: 'delivery_failed', detail: { failMode } },
      ]);
      t.failDelivery(false);
      const next = await issue(t, 'alice');
      expect(next).not.toHaveProperty('failMode');
      expect(await isAccepted(t, next.id, lastCode(t))).toBe(true);
    },
  );

  test('that cannot be delivered has failed closed where the user has a device that needs no message (FLW-27)', async () => {
    const t = await openTestEngine({ policy: { failMode: 'open' } });
    const { deviceId } = await enrollEmail(t, 'alice');
    await t.engine.devices.provision(t.caller, { user: 'alice', devices: [{ kind: 'totp' }] });
    t.failDelivery(true);
    const challenge = await t.engine.challenges.issue(t.caller, { user: 'alice', deviceId });
    expect(challenge).toMatchObject({ state: 'failed', failMode: 'closed' });
  });

  test('is not sent when the address has had its messages', async () => {
    const t = await openTestEngine({ policy: { messages: { perTarget: 3 } } });
    await enrollEmail(t, 'alice');
    const { id } = await issue(t, 'alice');
    await t.engine.challenges.resend(t.caller, id);
    await expectRefusal(t.engine.challenges.resend(t.caller, id), 'too_many_messages');
    const pending = await t.engine.challenges.get(t.caller, id);
    await expectRefusal(issue(t, 'alice'), 'too_many_messages');
    expect(t.messages).toHaveLength(3);
    // What was refused has not voided what was sent.
    expect(await t.engine.challenges.get(t.caller, id)).toEqual(pending);
    expect(await isAccepted(t, id, lastCode(t))).toBe(true);
  });
});

describe('ending a challenge', () => {
  test('the user denies it: final, audited, and its code is dead', async () => {
    const t = await openTestEngine();
    const { userId } = await enrollEmail(t, 'alice');
    const { id } = await issue(t, 'alice');
    expect((await t.engine.challenges.deny(t.caller, id)).state).toBe('denied');
    await expectRefusal(answer(t, id, lastCode(t)), 'wrong_state');
    await expectRefusal(t.engine.challenges.deny(t.caller, id), 'wrong_state');
    expect((await t.engine.challenges.fail(t.caller, id, 'late')).state).toBe('denied');
    expect(await auditOf(t, 'challenge.denied')).toMatchObject([{ objectId: id, userId, outcome: 'refused' }]);
    const row = await t.store.db.selectFrom('challenges').select('kept').where('id', '=', id).executeTakeFirst();
    expect(row).toEqual({ kept: null });
  });

  test('a passed one can be neither denied nor failed', async () => {
    const t = await openTestEngine();
    const { code } = await enrollTotp(t, 'alice');
    const { id } = await issue(t, 'alice');
    await answer(t, id, code());
    await expectRefusal(t.engine.challenges.deny(t.caller, id), 'wrong_state');
    expect((await t.engine.challenges.fail(t.caller, id, 'late')).state).toBe('passed');
  });

  test('denying and answering at the same time has one winner', async () => {
    const t = await openTestEngine();
    for (let round = 0; round < 10; round++) {
      const { code } = await enrollTotp(t, `user ${round}`);
      const { id } = await issue(t, `user ${round}`);
      const [answered, denied] = await Promise.allSettled([
        answer(t, id, code()),
        t.engine.challenges.deny(t.caller, id),
      ]);
      const passed = answered.status === 'fulfilled' && answered.value.outcome.accepted;
      expect(passed).toBe(denied.status === 'rejected');
      expect((await t.engine.challenges.get(t.caller, id)).state).toBe(passed ? 'passed' : 'denied');
    }
  });
});

describe('the list of challenges', () => {
  test('is filtered by the state as it is now, and by the user', async () => {
    const t = await openTestEngine({ policy: { challenge: { lifeSeconds: 60 } } });
    await enrollTotp(t, 'Zoë');
    await enrollTotp(t, 'bob');
    const first = await issue(t, 'Zoë');
    t.clock.advance(60_000);
    const second = await issue(t, 'bob');
    const ids = async (filter: { state?: string; user?: string }) =>
      (await t.engine.challenges.list(t.caller, filter)).items.map(({ id }) => id);
    expect(await ids({})).toEqual([second.id, first.id]);
    expect(await ids({ state: 'pending' })).toEqual([second.id]);
    expect(await ids({ state: 'expired' })).toEqual([first.id]);
    expect(await ids({ user: 'Zoe\u0308' })).toEqual([first.id]);
    expect(await ids({ user: 'nobody' })).toEqual([]);
  });
});
