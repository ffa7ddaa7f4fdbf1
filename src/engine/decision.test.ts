import { expect, test } from 'vitest';
import { accepts, auditOf, codeOf, enrollEmail, enrollTotp, openTestEngine } from './enrolled.fixture.ts';

test('a decision changes nothing and is audited with the rules that led to it', async () => {
  const t = await openTestEngine();
  const decide = (user: string) => t.engine.decide(t.caller, { user });
  expect((await decide('alice')).result).toBe('enroll');
  expect(await t.engine.users.findByName(t.caller, 'alice')).toBeUndefined();
  const alice = await enrollTotp(t, 'alice');
  const decision = await decide('alice');
  expect(decision).toMatchObject({ result: 'challenge', devices: [{ id: alice.deviceId }] });
  expect(await auditOf(t, 'decision.made')).toMatchObject([
    { outcome: 'done', detail: { result: 'enroll' } },
    { outcome: 'done', userId: alice.userId, detail: { result: 'challenge', trace: decision.trace } },
  ]);
});

test('a factor that is locked, suspended or not to be delivered is never one that is not there (FLW-26)', async () => {
  const t = await openTestEngine();
  const decide = async () => (await t.engine.decide(t.caller, { user: 'alice' })).result;
  const alice = await enrollTotp(t, 'alice');
  for (let guess = 0; guess < 12; guess++) await accepts(t, 'alice', alice.wrong()).catch(codeOf);
  expect(await decide()).toBe('challenge');
  await t.engine.devices.setStatus(t.caller, alice.deviceId, 'suspended');
  expect(await decide()).toBe('deny');
  await t.engine.users.unlock(t.caller, alice.userId);
  await enrollEmail(t, 'alice');
  t.failDelivery(true);
  await t.engine.challenges.issue(t.caller, { user: 'alice' });
  expect(await decide()).toBe('challenge');
  await t.engine.users.setStatus(t.caller, alice.userId, 'inactive');
  expect(await decide()).toBe('deny');
});
