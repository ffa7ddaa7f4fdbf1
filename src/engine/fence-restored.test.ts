import { copyFileSync } from 'node:fs';
import { onTestFinished, expect, test } from 'vitest';
import { openStore } from '../store/index.ts';
import { accepts, enrollEmail, enrollTotp, expectRefusal, lastCode, step } from './enrolled.fixture.ts';
import { openFileEngines } from './file-engines.fixture.ts';
import { createEngine, fenceRestoredStore } from './index.ts';

test('a restored database accepts no code that was good before it was restored, and goes on with the next (MIG-07)', async () => {
  const t = await openFileEngines({ file: true });
  const alice = await enrollTotp(t, 'alice');
  await enrollEmail(t, 'bob');
  const challenge = await t.engine.challenges.issue(t.caller, { user: 'bob' });
  const begun = await t.engine.enrollments.begin(t.caller, { user: 'carol' });
  await t.store.backup(`${t.path}.backup`);

  // Used after the backup was taken: the backup knows nothing of it.
  const [used, next] = [alice.code(), alice.code(1)];
  expect(await accepts(t, 'alice', used)).toBe(true);
  const mailed = lastCode(t);
  expect((await t.engine.challenges.answer(t.caller, challenge.id, { code: mailed })).outcome.accepted).toBe(true);

  copyFileSync(`${t.path}.backup`, `${t.path}.restored`);
  const store = await openStore({ url: `sqlite:${t.path}.restored` });
  onTestFinished(() => store.close());
  await fenceRestoredStore(store, t.clock);
  const delivery = { deliver: async () => undefined, close: async () => undefined };
  const engine = await createEngine({ store, clock: t.clock, keys: t.keys, delivery });
  const restored = { ...t, engine };
  expect(await accepts(restored, 'alice', used)).toBe(false);
  expect(await accepts(restored, 'alice', next)).toBe(false);
  await expectRefusal(engine.challenges.answer(t.caller, challenge.id, { code: mailed }), 'wrong_state');
  await expectRefusal(engine.enrollments.prepare(t.caller, begun.id, { kind: 'totp' }), 'wrong_state');
  t.clock.advance(2 * step);
  expect(await accepts(restored, 'alice', alice.code())).toBe(true);
});

test('a sweep forgets the secrets of what has run out, and keeps what a slow guesser has spent', async () => {
  const t = await openFileEngines({ file: true });
  const begun = await t.engine.enrollments.begin(t.caller, { user: 'alice' });
  await t.engine.enrollments.prepare(t.caller, begun.id, { kind: 'totp' });
  await accepts(t, 'bob', '000000');
  const row = () => t.store.db.selectFrom('enrollments').select(['state', 'prepared', 'shown']).executeTakeFirst();
  expect(await t.engine.sweep()).toEqual({ enrollments: 0, challenges: 0, budgets: 0, idempotency: 0 });
  expect((await row())?.prepared).not.toBeNull();
  t.clock.advance(300_000);
  await t.engine.sweep();
  expect(await row()).toEqual({ state: 'expired', prepared: null, shown: null });
  t.clock.advance(30 * 24 * 3_600_000);
  expect(await t.engine.sweep()).toMatchObject({ enrollments: 0, budgets: 0 });
  t.clock.advance(90 * 24 * 3_600_000);
  expect(await t.engine.sweep()).toMatchObject({ enrollments: 1, budgets: 1 });
});
