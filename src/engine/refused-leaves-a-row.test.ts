import { expect, test } from 'vitest';
import { auditOf, enrollTotp, expectRefusal, openTestEngine } from './enrolled.fixture.ts';

test('an answer that the user has no guess left for is refused with a row, whatever it answers (BF-17)', async () => {
  const t = await openTestEngine({ policy: { guesses: { perUser: 1 } } });
  const alice = await enrollTotp(t, 'alice');
  const answer = { code: alice.wrong() };
  const challenge = await t.engine.challenges.issue(t.caller, { user: 'alice' });
  const enrollment = await t.engine.enrollments.begin(t.caller, { user: 'alice' });
  await t.engine.enrollments.prepare(t.caller, enrollment.id, { kind: 'totp' });
  await t.engine.verify(t.caller, { user: 'alice', answer });
  await t.engine.enrollments.complete(t.caller, enrollment.id, { code: '000000' });

  await expectRefusal(t.engine.verify(t.caller, { user: 'alice', answer }), 'too_many_attempts');
  await expectRefusal(t.engine.challenges.answer(t.caller, challenge.id, answer), 'too_many_attempts');
  await expectRefusal(t.engine.enrollments.complete(t.caller, enrollment.id, answer), 'too_many_attempts');
  await expectRefusal(t.engine.devices.resynchronize(t.caller, alice.deviceId, [answer, answer]), 'too_many_attempts');
  for (const event of ['verify.answered', 'challenge.answered', 'enrollment.answered', 'device.resynchronized']) {
    expect((await auditOf(t, event)).at(-1)).toMatchObject({ outcome: 'refused', reason: 'too_many_attempts' });
  }
});
