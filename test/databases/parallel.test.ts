import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { PolicyOptions } from '../../src/core/policy/policy.ts';
import { enrollMany, enrollTotp } from '../../src/engine/enrolled.fixture.ts';
import { checkHistory } from '../history/check-history.ts';
import { openProcesses, rightCode, wrongCode } from '../history/open-processes.fixture.ts';
import type { EngineProcess } from './engine-process.fixture.ts';
import { type DatabaseServer, startServer } from './servers.fixture.ts';

const generous: PolicyOptions = {
  guesses: { perUser: 1000, perSource: 10_000, windowSeconds: 600, consecutive: 1000 },
};

/** An engine here to prepare and to look, and two processes that do the work, on one database. */
async function openTwoProcesses(server: DatabaseServer, policy: PolicyOptions) {
  const t = await openProcesses(server, { policy, count: 2 });
  return {
    ...t,
    /** Both processes at once; everything that came of it, counted. */
    async both(work: (process: EngineProcess, index: number) => Promise<string[]>): Promise<Record<string, number>> {
      const counts: Record<string, number> = {};
      for (const outcome of await t.all(work)) counts[outcome] = (counts[outcome] ?? 0) + 1;
      return counts;
    },
    /** No invariant is broken, and the trail has as many acceptances as were told. */
    async expectTrail(event: string, accepted: number): Promise<void> {
      const evidence = await t.evidence();
      expect(checkHistory(evidence)).toEqual([]);
      expect(evidence.trail.filter((row) => row.event === event && row.outcome === 'accepted')).toHaveLength(accepted);
    },
  };
}

const copies = <T>(count: number, value: T): T[] => Array.from({ length: count }, () => value);

describe.each(['postgres', 'mariadb'] as const)('two processes on one %s', (name) => {
  let server: DatabaseServer;
  beforeAll(async () => {
    server = await startServer[name]({ durable: true });
  });
  afterAll(() => server.stop());

  test.each([2, 10, 50, 200])('accept one code once, of %i that come at the same time (OTP-02, I1)', async (times) => {
    const t = await openTwoProcesses(server, generous);
    const alice = await enrollTotp(t, 'alice');
    const attempts = copies(times / 2, rightCode(t, alice));
    const counts = await t.both((process) => process.verify(t.integration, attempts));
    expect(counts).toEqual({ accepted: 1, refused: times - 1 });
    await t.expectTrail('verify.answered', 1);
  });

  test('judge not one guess more than the budget has, of 200 wrong ones at the same time (OTP-14, BF-07, I3)', async () => {
    const t = await openTwoProcesses(server, { guesses: { perUser: 10, perSource: 10_000, windowSeconds: 600 } });
    const alice = await enrollTotp(t, 'alice');
    const attempts = copies(100, { ...wrongCode(alice), ip: '192.0.2.1' });
    const counts = await t.both((process) => process.verify(t.integration, attempts));
    expect(counts).toEqual({ refused: 10, too_many_attempts: 190 });
    await t.expectTrail('verify.answered', 0);
  });

  test.each([
    ['behind one address', { ip: '192.0.2.1' }],
    ['from anywhere', {}],
  ])('answer everybody, of 60 users %s who come to them in opposite orders', async (_, from) => {
    const t = await openTwoProcesses(server, generous);
    const users = await enrollMany(t, 60);
    // An enrollment moves the clock; the codes are those of now.
    const attempts = users.map((user) => ({ ...rightCode(t, user), ...from }));
    const counts = await t.both((process, index) =>
      process.verify(t.integration, index === 0 ? attempts : attempts.toReversed()),
    );
    expect(counts).toEqual({ accepted: 60, refused: 60 });
    await t.expectTrail('verify.answered', 60);
  });

  test('let one answer pass a challenge, of 50 right ones at the same time, and leave the others nothing to try', async () => {
    const t = await openTwoProcesses(server, generous);
    const alice = await enrollTotp(t, 'alice');
    const challenge = await t.engine.challenges.issue(t.caller, { user: 'alice' });
    const counts = await t.both((process) =>
      process.answer(t.integration, challenge.id, copies(25, rightCode(t, alice))),
    );
    expect(counts).toEqual({ accepted: 1, wrong_state: 49 });
    await t.expectTrail('challenge.answered', 1);
  });

  test('end a challenge with its last attempt, of 50 wrong ones at the same time', async () => {
    const t = await openTwoProcesses(server, generous);
    const alice = await enrollTotp(t, 'alice');
    const challenge = await t.engine.challenges.issue(t.caller, { user: 'alice' });
    const counts = await t.both((process) => process.answer(t.integration, challenge.id, copies(25, wrongCode(alice))));
    expect(counts).toEqual({ refused: challenge.attemptsLeft, wrong_state: 50 - challenge.attemptsLeft });
    expect(await t.engine.challenges.get(t.caller, challenge.id)).toMatchObject({ state: 'failed', attemptsLeft: 0 });
    await t.expectTrail('challenge.answered', 0);
  });
});
