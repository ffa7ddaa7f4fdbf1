import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { decodeBase32, totp } from '../otp/index.ts';
import { verifyAudit, type AuditRow } from '../audit/index.ts';
import { createTestEngine, type TestEngine } from '../testing/index.ts';

/** Enrolls a user with an authenticator app; answers a function that computes its code at a time. */
async function enrollTotp(t: TestEngine, user: string): Promise<(time?: number) => string> {
  const begun = await t.engine.enrollments.begin(t.caller, { user });
  const prepared = await t.engine.enrollments.prepare(t.caller, begun.id, { kind: 'totp' });
  const secret = decodeBase32(prepared.shown?.['secret'] as string);
  const code = (time = t.clock.now()) => totp({ secret, time });
  const completed = await t.engine.enrollments.complete(t.caller, begun.id, { code: code() });
  expect(completed.accepted).toBe(true);
  t.clock.advance(30_000);
  return code;
}

describe('the main job', () => {
  let t: TestEngine;
  beforeAll(async () => {
    t = await createTestEngine();
  });
  afterAll(() => t.close());

  test('a user is enrolled, challenged, accepted once, and the trail verifies', async () => {
    const code = await enrollTotp(t, 'alice');
    const challenge = await t.engine.challenges.issue(t.caller, { user: 'alice' });
    const { outcome, challenge: passed } = await t.engine.challenges.answer(t.caller, challenge.id, { code: code() });
    expect(outcome.accepted).toBe(true);
    expect(passed.state).toBe('passed');
    expect(await t.engine.verify(t.caller, { user: 'alice', answer: { code: code() } })).toEqual({ accepted: false });
    await t.engine.audit.signHeads();
    const rows: AuditRow[] = [];
    for await (const row of t.engine.audit.export(t.system)) rows.push(row);
    const verdict = await verifyAudit(rows, await t.engine.audit.heads(t.system), t.engine.audit.publicKey());
    expect(verdict).toMatchObject({ intact: true, rows: rows.length });
  });

  test('OTP-02 one code submitted 50 times in parallel is accepted once', async () => {
    const code = await enrollTotp(t, 'bob');
    t.clock.advance(30_000);
    const answer = { code: code() };
    const outcomes = await Promise.allSettled(
      Array.from({ length: 50 }, () => t.engine.verify(t.caller, { user: 'bob', answer })),
    );
    const accepted = outcomes.filter((o) => o.status === 'fulfilled' && o.value.accepted);
    expect(accepted).toHaveLength(1);
  });

  test('OTP-14 a hundred different wrong codes at once are judged as often as the budget says, then all are refused', async () => {
    const code = await enrollTotp(t, 'carol');
    t.clock.advance(30_000);
    const right = code();
    const wrong = Array.from({ length: 100 }, (_, i) => String(i).padStart(6, '0')).filter((c) => c !== right);
    const outcomes = await Promise.allSettled(
      wrong.map((c) => t.engine.verify(t.caller, { user: 'carol', answer: { code: c } })),
    );
    expect(outcomes.filter((o) => o.status === 'fulfilled')).toHaveLength(10);
    await expect(t.engine.verify(t.caller, { user: 'carol', answer: { code: right } })).rejects.toMatchObject({
      code: 'too_many_attempts',
    });
    t.clock.advance(900_000);
    expect(await t.engine.verify(t.caller, { user: 'carol', answer: { code: code() } })).toMatchObject({
      accepted: true,
    });
  });
});
