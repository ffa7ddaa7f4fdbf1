import { expect, test } from 'vitest';
import { type AuditRow, verifyAudit } from '../audit/index.ts';
import { accepts, enrollTotp, openTestEngine } from './enrolled.fixture.ts';

test('the main job: a user is enrolled, challenged, accepted once, and the trail verifies', async () => {
  const t = await openTestEngine();
  const { code } = await enrollTotp(t, 'alice');
  const challenge = await t.engine.challenges.issue(t.caller, { user: 'alice' });
  const { outcome, challenge: passed } = await t.engine.challenges.answer(t.caller, challenge.id, { code: code() });
  expect(outcome.accepted).toBe(true);
  expect(passed.state).toBe('passed');
  expect(await accepts(t, 'alice', code())).toBe(false);
  await t.engine.audit.signHeads();
  const heads = await t.engine.audit.heads(t.system);
  const rows: AuditRow[] = [];
  for await (const row of t.engine.audit.export(t.system)) rows.push(row);
  const verdict = await verifyAudit(rows, heads, t.engine.audit.publicKey());
  expect(verdict).toMatchObject({ intact: true, rows: rows.length, signedUpTo: rows.length });
});
