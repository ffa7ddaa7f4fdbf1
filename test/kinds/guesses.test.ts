// The budgets of guesses, spent on every device kind.
import { describe, expect, test } from 'vitest';
import type { Answer } from '../../src/devices/index.ts';
import { allKinds } from './all-kinds.fixture.ts';
import {
  answer,
  challenge,
  challenges,
  complete,
  countFates,
  enroll,
  type Fate,
  openWorld,
  type Owner,
  pass,
  prepare,
  resend,
  verify,
  type World,
} from './world.fixture.ts';

const enrolling = allKinds.filter(({ madeBy }) => madeBy !== 'administrator');

/** Wrong answers to challenges, one after the other, a new challenge whenever one has ended; until one is not judged any more. */
async function guess(t: World, owner: Owner, times: number): Promise<number> {
  let judged = 0;
  while (judged < times) {
    const pending = await challenge(t, owner).catch(() => undefined);
    if (pending === undefined) return judged;
    for (let left = pending.challenge.attemptsLeft; left > 0 && judged < times; left--) {
      const fate = await answer(t, pending, await owner.soft.wrong(pending.asked, judged));
      if (fate !== 'refused') return judged;
      judged++;
    }
  }
  return judged;
}

describe.each(allKinds)('$title', (row) => {
  test('takes as many wrong answers to a challenge as that has attempts, then not even the right one (BF-01)', async () => {
    const t = await openWorld(row, { challenge: { attempts: 3 } });
    const alice = await enroll(t, 'alice');
    const pending = await challenge(t, alice);
    const right = await alice.soft.answer(pending.asked);
    const { attemptsLeft } = pending.challenge;
    expect(attemptsLeft).toBeLessThanOrEqual(3);
    for (let left = attemptsLeft; left > 0; left--) {
      expect((await t.engine.challenges.get(t.caller, pending.challenge.id)).state).toBe('pending');
      expect(await answer(t, pending, await alice.soft.wrong(pending.asked, left))).toBe('refused');
    }
    expect(await answer(t, pending, right)).toBe('wrong_state');
    expect(await t.engine.challenges.get(t.caller, pending.challenge.id)).toMatchObject({
      state: 'failed',
      attemptsLeft: 0,
    });
    t.clock.advance(row.pauseMs ?? 0);
    expect(await pass(t, alice)).toBe('accepted');
  });

  test('has no more of forty wrong answers at once judged than its challenge has attempts (OTP-14, BF-01)', async () => {
    const t = await openWorld(row, { challenge: { attempts: 3 } });
    const alice = await enroll(t, 'alice');
    const pending = await challenge(t, alice);
    const right = await alice.soft.answer(pending.asked);
    const wrong: Answer[] = [];
    for (let index = 0; index < 40; index++) wrong.push(await alice.soft.wrong(pending.asked, index));
    const fates = await Promise.all(wrong.map((given) => answer(t, pending, given)));
    const { attemptsLeft } = pending.challenge;
    expect(countFates(fates)).toEqual({ refused: attemptsLeft, wrong_state: 40 - attemptsLeft });
    expect(await answer(t, pending, right)).toBe('wrong_state');
  });

  test('has no more wrong answers of a user judged than his budget, however many challenges are opened, and the right one is not looked at then (BF-02, BF-17, BF-04)', async () => {
    const t = await openWorld(row, { guesses: { perUser: 4, windowSeconds: 600 } });
    const alice = await enroll(t, 'alice');
    const open = await challenge(t, alice);
    const right = await alice.soft.answer(open.asked);
    expect(await guess(t, alice, 20)).toBe(4);
    const gone: Fate[] = ['too_many_attempts', 'wrong_state'];
    for (let turn = 0; turn < 3; turn++) expect(gone).toContain(await answer(t, open, right));
    expect(await verify(t, alice, right)).toBe('too_many_attempts');
    await expect(challenge(t, alice)).rejects.toMatchObject({ code: 'too_many_attempts' });
    // Of somebody else nothing was spent, and after an unlocking the answer that was not looked at is still good.
    const bob = await enroll(t, 'bob');
    expect(await pass(t, bob)).toBe('accepted');
    await t.engine.users.unlock(t.caller, alice.userId);
    expect(await pass(t, alice)).toBe('accepted');
  });

  test('has no more of forty wrong answers at once judged than the budget of its owner, over challenges and without (OTP-14, BF-07)', async () => {
    const t = await openWorld(row, { challenge: { attempts: 20 }, guesses: { perUser: 5 } });
    const alice = await enroll(t, 'alice');
    const pending = await challenges(t, alice, 10);
    const attempts: (() => Promise<Fate>)[] = [];
    for (let index = 0; index < 40; index++) {
      const at = pending[index % pending.length] ?? pending[0];
      const wrong = await alice.soft.wrong(at.asked, index);
      attempts.push(index % 2 === 0 ? () => answer(t, at, wrong) : () => verify(t, alice, wrong));
    }
    const { refused, ...others } = countFates(await Promise.all(attempts.map((attempt) => attempt())));
    expect(refused).toBe(5);
    expect(Object.keys(others).filter((code) => !['too_many_attempts', 'wrong_state'].includes(code))).toEqual([]);
  });
});

describe.each(allKinds.filter(({ sent }) => sent === true))('$title', (row) => {
  test('that is sent anew voids what was sent before, and forgives no wrong answer (BF-03, EML-04)', async () => {
    const t = await openWorld(row, { challenge: { attempts: 3, resends: 2 } });
    const alice = await enroll(t, 'alice');
    const first = await challenge(t, alice);
    const before = await alice.soft.answer(first.asked);
    expect(await answer(t, first, await alice.soft.wrong(first.asked, 1))).toBe('refused');
    // A code that is good for some time is void when that is over.
    t.clock.advance(4 * (row.pauseMs ?? 0));
    const second = await resend(t, first);
    expect(second.challenge).toMatchObject({ id: first.challenge.id, state: 'pending', attemptsLeft: 2 });
    expect(await answer(t, second, before)).toBe('refused');
    expect(await answer(t, second, await alice.soft.answer(second.asked))).toBe('accepted');
    const third = await challenge(t, alice);
    for (let more = 0; more < 2; more++) await resend(t, third);
    await expect(resend(t, third)).rejects.toMatchObject({ code: 'too_many_messages' });
  });
});

describe.each(enrolling)('the enrollment of $title', (row) => {
  test('takes as many wrong answers as it has attempts, then not even the right one (BF-01)', async () => {
    const t = await openWorld(row, { enrollment: { attempts: 3 } });
    const { id, soft, asked } = await prepare(t, 'alice');
    const right = await soft.confirm(asked);
    const wrong = soft.confirmWrong ?? soft.wrong;
    for (let number = 0; number < 3; number++)
      expect(await complete(t, id, await wrong(asked, number))).toBe('refused');
    expect(await complete(t, id, right)).toBe('wrong_state');
    expect(await t.engine.enrollments.get(t.caller, id)).toMatchObject({ state: 'failed', attemptsLeft: 0 });
  });

  test('has no more of forty wrong answers at once judged than it has attempts (OTP-14)', async () => {
    const t = await openWorld(row, { enrollment: { attempts: 3 } });
    const { id, soft, asked } = await prepare(t, 'alice');
    const right = await soft.confirm(asked);
    const wrong: Answer[] = [];
    for (let index = 0; index < 40; index++) wrong.push(await (soft.confirmWrong ?? soft.wrong)(asked, index));
    const fates = await Promise.all(wrong.map((given) => complete(t, id, given)));
    expect(countFates(fates)).toEqual({ refused: 3, wrong_state: 37 });
    expect(await complete(t, id, right)).toBe('wrong_state');
  });
});
