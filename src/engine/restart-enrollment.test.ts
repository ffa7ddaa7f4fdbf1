import { expect, test } from 'vitest';
import { auditOf, expectRefusal, lastCode, openTestEngine, wrongCode } from './enrolled.fixture.ts';

test('a device that was chosen can be taken back: what was sent is void, the attempts stay spent', async () => {
  const t = await openTestEngine();
  const { enrollments } = t.engine;
  const choice = { kind: 'email', options: { address: 'alice@example.org' } };
  const { id } = await enrollments.begin(t.caller, { user: 'alice' });
  expect(await enrollments.restart(t.caller, id)).toMatchObject({ state: 'new' });
  await enrollments.prepare(t.caller, id, choice);
  const sent = lastCode(t);
  expect((await enrollments.complete(t.caller, id, { code: wrongCode([sent]) })).accepted).toBe(false);

  const again = await enrollments.restart(t.caller, id);
  expect(again).toMatchObject({ id, state: 'new', attemptsLeft: 4 });
  expect([again.kind, again.shown]).toEqual([undefined, undefined]);
  expect(await auditOf(t, 'enrollment.restarted')).toHaveLength(1);
  await expectRefusal(enrollments.complete(t.caller, id, { code: sent }), 'wrong_state');

  await enrollments.prepare(t.caller, id, choice);
  const old = lastCode(t) === sent ? wrongCode([sent]) : sent;
  expect((await enrollments.complete(t.caller, id, { code: old })).accepted).toBe(false);
  expect((await enrollments.complete(t.caller, id, { code: lastCode(t) })).accepted).toBe(true);
  await expectRefusal(enrollments.restart(t.caller, id), 'wrong_state');
});

test('an enrollment that has run out is not begun anew', async () => {
  const t = await openTestEngine();
  const { id } = await t.engine.enrollments.begin(t.caller, { user: 'alice' });
  await t.engine.enrollments.prepare(t.caller, id, { kind: 'totp' });
  t.clock.advance(300_000);
  await expectRefusal(t.engine.enrollments.restart(t.caller, id), 'enrollment_expired');
});
