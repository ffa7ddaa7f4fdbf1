import { describe, expect, test } from 'vitest';
import {
  accepts,
  auditOf,
  codeOf,
  enrollTotp,
  expectRefusal,
  giveRecoveryCodes,
  openTestEngine,
} from './enrolled.fixture.ts';

describe('a user', () => {
  test('is created once, also 20 times at once, and is found by his name in every normal form', async () => {
    const t = await openTestEngine();
    const outcomes = await Promise.allSettled(
      Array.from({ length: 20 }, () => t.engine.users.create(t.caller, { name: 'Zoe\u0308' })),
    );
    expect(outcomes.filter((outcome) => outcome.status === 'fulfilled')).toHaveLength(1);
    expect(
      new Set(outcomes.filter((outcome) => outcome.status === 'rejected').map(({ reason }) => codeOf(reason))),
    ).toEqual(new Set(['user_exists']));
    const user = (await t.engine.users.findByName(t.caller, 'Zo\u00eb'))!;
    expect(user).toMatchObject({ name: 'Zo\u00eb', status: 'active' });
    expect(await t.engine.users.get(t.caller, user.id)).toEqual(user);
    expect((await t.engine.users.list(t.caller, { name: 'Zoe\u0308' })).items).toEqual([user]);
    expect(await auditOf(t, 'user.created')).toHaveLength(1);
  });

  test.each(['', 'a\0', '\r\n', 'x'.repeat(129), '\ud800'])('is not called %j', async (name) => {
    const t = await openTestEngine();
    await expectRefusal(t.engine.users.create(t.caller, { name }), 'invalid_parameters');
  });

  test('can be created inactive or to be let through', async () => {
    const t = await openTestEngine();
    for (const status of ['inactive', 'bypass'] as const) {
      const user = await t.engine.users.create(t.caller, { name: status, status });
      expect(user.status).toBe(status);
      expect((await t.engine.users.get(t.caller, user.id)).status).toBe(status);
    }
    expect((await t.engine.decide(t.caller, { user: 'bypass' })).result).toBe('allow');
    expect((await t.engine.decide(t.caller, { user: 'inactive' })).result).toBe('deny');
  });

  test('whose status changes is audited with what it was', async () => {
    const t = await openTestEngine();
    const { id } = await t.engine.users.create(t.caller, { name: 'alice' });
    t.clock.advance(5);
    expect(await t.engine.users.setStatus(t.caller, id, 'inactive')).toMatchObject({
      status: 'inactive',
      updatedAt: t.clock.now(),
    });
    expect(await auditOf(t, 'user.status-set')).toMatchObject([
      { userId: id, detail: { from: 'active', to: 'inactive' } },
    ]);
  });

  test('who is removed takes everything along, and a new one of his name starts clean', async () => {
    const t = await openTestEngine();
    const old = await enrollTotp(t, 'alice');
    const codes = await giveRecoveryCodes(t, 'alice');
    const { id: challenge } = await t.engine.challenges.issue(t.caller, { user: 'alice' });
    const { id: enrollment } = await t.engine.enrollments.begin(t.caller, { user: 'alice' });
    for (let guess = 0; guess < 12; guess++) await accepts(t, 'alice', old.wrong()).catch(codeOf);

    await t.engine.users.remove(t.caller, old.userId);
    await expectRefusal(t.engine.users.get(t.caller, old.userId), 'not_found');
    await expectRefusal(t.engine.users.remove(t.caller, old.userId), 'not_found');
    await expectRefusal(t.engine.devices.get(t.caller, old.deviceId), 'not_found');
    await expectRefusal(t.engine.challenges.get(t.caller, challenge), 'not_found');
    await expectRefusal(t.engine.enrollments.get(t.caller, enrollment), 'not_found');

    expect(await accepts(t, 'alice', old.code())).toBe(false);
    const fresh = await enrollTotp(t, 'alice');
    expect(fresh.userId).not.toBe(old.userId);
    expect(await accepts(t, 'alice', old.code())).toBe(false);
    expect(await accepts(t, 'alice', codes[0]!)).toBe(false);
    expect(await accepts(t, 'alice', fresh.code())).toBe(true);
  });

  test('who is removed does not leave his wrong answers to enrollments to the next of his name', async () => {
    const t = await openTestEngine({ policy: { guesses: { perUser: 2 } } });
    const { id } = await t.engine.users.create(t.caller, { name: 'alice' });
    const begun = await t.engine.enrollments.begin(t.caller, { user: 'alice' });
    await t.engine.enrollments.prepare(t.caller, begun.id, { kind: 'totp' });
    for (let guess = 0; guess < 2; guess++) await t.engine.enrollments.complete(t.caller, begun.id, { code: '000000' });
    await t.engine.users.remove(t.caller, id);
    expect((await enrollTotp(t, 'alice')).userId).not.toBe(id);
  });

  test('is unlocked for devices and enrollments alike', async () => {
    const t = await openTestEngine({ policy: { guesses: { perUser: 2 } } });
    const alice = await enrollTotp(t, 'alice');
    const begun = await t.engine.enrollments.begin(t.caller, { user: 'alice' });
    await t.engine.enrollments.prepare(t.caller, begun.id, { kind: 'totp' });
    for (let guess = 0; guess < 2; guess++) {
      await accepts(t, 'alice', alice.wrong());
      await t.engine.enrollments.complete(t.caller, begun.id, { code: '000000' });
    }
    const complete = () => t.engine.enrollments.complete(t.caller, begun.id, { code: '000000' });
    await expectRefusal(accepts(t, 'alice', alice.code()), 'too_many_attempts');
    await expectRefusal(complete(), 'too_many_attempts');
    await t.engine.users.unlock(t.caller, alice.userId);
    expect(await accepts(t, 'alice', alice.code())).toBe(true);
    expect((await complete()).accepted).toBe(false);
    expect(await auditOf(t, 'user.unlocked')).toMatchObject([{ userId: alice.userId }]);
  });
});
