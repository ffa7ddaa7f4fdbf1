import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { enrollTotp, openTestEngine } from '../../src/engine/enrolled.fixture.ts';
import { type AuditHead, type AuditRow, formatAuditLine } from '../../src/audit/index.ts';
import { checkHistory } from './check-history.ts';
import { hearOutcome } from './heard.ts';
import { readExportedTrail, readTrail, reduceTrail } from './read-trail.ts';
import { createRecorder } from './record.ts';

let folder: string;
beforeAll(() => void (folder = mkdtempSync(join(tmpdir(), 'countersign-trail-'))));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function verifySomeTimes() {
  const t = await openTestEngine();
  const alice = await enrollTotp(t, 'alice');
  const recorder = createRecorder();
  for (const code of [alice.wrong(), alice.code(), alice.code()]) {
    const about = { node: 'here', door: 'engine', action: 'verify', tenant: t.tenant, user: 'alice' } as const;
    const made = code === alice.wrong() ? {} : { credential: alice.deviceId, value: 1 };
    await recorder.call(
      { ...about, ...made },
      () => t.engine.verify(t.caller, { user: 'alice', answer: { code } }),
      hearOutcome,
    );
  }
  return { ...t, alice, history: recorder.events };
}

/** All of the trail, as the engine exports it. */
async function exportAll(t: Awaited<ReturnType<typeof verifySomeTimes>>) {
  await t.engine.audit.signHeads();
  const heads: AuditHead[] = await t.engine.audit.heads(t.system);
  const rows: AuditRow[] = [];
  for await (const row of t.engine.audit.export(t.system)) rows.push(row);
  return { heads, rows };
}

test('the trail of an engine has the rows that the calls name, and nothing is wrong with them (I1, I2)', async () => {
  const t = await verifySomeTimes();
  const { trail, trailIntact } = await readTrail(t.engine, t.system);
  expect(trailIntact).toBe(true);
  expect(checkHistory({ history: t.history, trail, trailIntact, guessesPerUser: 10 })).toEqual([]);
  const answered = trail.filter(({ event }) => event === 'verify.answered');
  expect(answered.map(({ outcome, reason }) => reason ?? outcome)).toEqual(['wrong', 'accepted', 'replayed']);
  expect(answered[1]).toEqual({
    id: t.history[1]?.event === 'call' ? t.history[1].auditId : '',
    tenant: t.tenant,
    writer: answered[0]?.writer,
    seq: (answered[0]?.seq ?? 0) + 1,
    at: t.clock.now(),
    event: 'verify.answered',
    outcome: 'accepted',
    user: t.alice.userId,
    device: t.alice.deviceId,
    actor: `integration:${t.integration.id}`,
  });
});

test('an exported file says the same', async () => {
  const t = await verifySomeTimes();
  const { heads, rows } = await exportAll(t);
  const file = join(folder, 'audit.jsonl');
  writeFileSync(file, [...rows, ...heads].map((line) => `${formatAuditLine(line)}\n`).join(''));
  expect(await readExportedTrail(file, t.engine.audit.publicKey())).toEqual(await readTrail(t.engine, t.system));
});

test('of a trail that was changed every row is read, and that it is not intact', async () => {
  const t = await verifySomeTimes();
  const { heads, rows } = await exportAll(t);
  const changed = rows.map((row, index) => (index === 1 ? { ...row, door: 'elsewhere' } : row));
  const { trail, trailIntact } = await reduceTrail(changed, heads, t.engine.audit.publicKey());
  expect(trailIntact).toBe(false);
  expect(trail.map(({ id }) => id)).toEqual(rows.map(({ id }) => id));
});
