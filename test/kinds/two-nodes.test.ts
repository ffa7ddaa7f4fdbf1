// Every device kind, answered at two servers that share a database.
import { describe, expect, test } from 'vitest';
import type { Answer } from '../../src/devices/index.ts';
import { allKinds } from './all-kinds.fixture.ts';
import {
  answer,
  challenge,
  challenges,
  countFates,
  enroll,
  type Fate,
  openTwoWorlds,
  verify,
} from './world.fixture.ts';

const gone = ['refused', 'wrong_state', 'too_many_attempts'];

describe.each(allKinds)('$title at two servers', (row) => {
  test('has one acceptance of fifty right answers at once, and none at the other afterwards (OTP-02, OTP-13, REC-02, YUB-02)', async () => {
    const guesses = { perUser: 1000, consecutive: 1000, perSource: 1000 };
    const nodes = await openTwoWorlds(row, { guesses });
    const [first, second] = nodes;
    const alice = await enroll(first, 'alice');
    const pending = await challenges(second, alice, 3);
    const given = await alice.soft.answer(pending[0].asked);
    const ways: ((turn: number) => Promise<Fate>)[] = nodes.flatMap((node) => [
      (turn) => answer(node, pending[turn % pending.length] ?? pending[0], given),
      () => (row.verifies ? verify(node, alice, given) : answer(node, pending[0], given)),
    ]);
    const turns = Array.from({ length: 13 }, () => ways)
      .flat()
      .slice(0, 50);
    const fates = await Promise.all(turns.map((bring, turn) => bring(turn)));
    const { accepted, ...others } = countFates(fates);
    expect(accepted).toBe(1);
    expect(Object.keys(others).filter((fate) => !gone.includes(fate))).toEqual([]);
    for (const node of nodes) {
      expect(await verify(node, alice, given)).toBe('refused');
      expect(await answer(node, pending[0], given)).toBe('wrong_state');
    }
  });

  test('has no more wrong answers judged than its budgets, of the challenge and of its owner (OTP-14, BF-07)', async () => {
    const nodes = await openTwoWorlds(row, { challenge: { attempts: 4 }, guesses: { perUser: 6 } });
    const alice = await enroll(nodes[0], 'alice');
    const bring = async (count: number): Promise<Record<string, number>> => {
      const pending = await challenge(nodes[1], alice);
      const wrong: Answer[] = [];
      for (let turn = 0; turn < count; turn++) wrong.push(await alice.soft.wrong(pending.asked, turn));
      const fates = await Promise.all(wrong.map((given, turn) => answer(nodes[turn % 2] ?? nodes[0], pending, given)));
      return { ...countFates(fates), most: pending.challenge.attemptsLeft };
    };
    let judged = 0;
    for (let round = 0; judged < 6; round++) {
      const { refused = 0, most } = await bring(20);
      expect(refused).toBe(Math.min(most ?? 0, 6 - judged));
      judged += refused;
    }
    for (const node of nodes) await expect(challenge(node, alice)).rejects.toMatchObject({ code: 'too_many_attempts' });
  });
});
