// Answers of the wrong sort, brought to every device kind: refused, paid for, and no fault of anything.
import { describe, expect, test } from 'vitest';
import type { JsonObject } from '../../src/core/model.ts';
import type { DeviceKind } from '../../src/devices/index.ts';
import { allKinds } from './all-kinds.fixture.ts';
import { answer, challenge, complete, enroll, openWorld, pass, prepare, verify, type World } from './world.fixture.ts';
import { senselessAnswers, smuggle } from './wrong-answers.fixture.ts';

const enrolling = allKinds.filter(({ madeBy }) => madeBy !== 'administrator');
const generous = {
  enrollment: { attempts: 20 },
  challenge: { attempts: 20 },
  guesses: { perUser: 1000, consecutive: 1000, perSource: 1000 },
  messages: { perTarget: 1000, perUser: 1000, perPrefix: 1000, perTenant: 1000 },
} as const;

/** What the trail says of refused answers. */
async function reasons(t: World, event: string): Promise<(string | undefined)[]> {
  const { items } = await t.engine.audit.query(t.admin, { event, limit: 500 });
  return items.filter(({ outcome }) => outcome === 'refused').map(({ reason }) => reason);
}

/** Writes down what the kind makes of answers ahead of its verdict. */
function spyOnExamine(t: World): JsonObject[] {
  const examined: JsonObject[] = [];
  const kind = t.engine.kinds.get(t.row.kind) as DeviceKind;
  const examine = kind.examine?.bind(kind);
  if (examine === undefined) return examined;
  kind.examine = async (...asked) => {
    const result = await examine(...asked);
    if (result !== undefined) examined.push(result);
    return result;
  };
  return examined;
}

describe.each(allKinds)('$title', (row) => {
  test('refuses every senseless answer to a challenge; each costs an attempt, none is a fault (INP-01, INP-02, INP-03, INP-09, FLW-08, I10)', async () => {
    const t = await openWorld(row, generous);
    const alice = await enroll(t, 'alice');
    const first = await challenge(t, alice);
    const answers = senselessAnswers(row, await alice.soft.answer(first.asked));
    t.clock.advance(row.pauseMs ?? 0);
    const fates: Record<string, unknown> = {};
    const expected: Record<string, unknown> = {};
    let pending = await challenge(t, alice);
    for (const [what, given] of Object.entries(answers)) {
      const before = await t.engine.challenges.get(t.caller, pending.challenge.id);
      if (before.state !== 'pending') pending = await challenge(t, alice);
      const { attemptsLeft } = await t.engine.challenges.get(t.caller, pending.challenge.id);
      const fate = await answer(t, pending, given);
      const after = await t.engine.challenges.get(t.caller, pending.challenge.id);
      fates[what] = [fate, after.attemptsLeft];
      expected[what] = ['refused', attemptsLeft - 1];
    }
    expect(fates).toEqual(expected);
    const told = await reasons(t, 'challenge.answered');
    expect(told).toHaveLength(Object.keys(answers).length);
    const known = ['wrong', 'malformed', 'replayed', 'expired', 'not_answerable'];
    expect(told.filter((reason) => !known.includes(reason ?? ''))).toEqual([]);
    expect(await pass(t, alice)).toBe('accepted');
  });

  test('refuses every senseless answer without a challenge (FLW-08, INP-01)', async () => {
    const t = await openWorld(row, generous);
    const alice = await enroll(t, 'alice');
    const first = await challenge(t, alice);
    const right = await alice.soft.answer(first.asked);
    const fates: Record<string, unknown> = {};
    const answers = senselessAnswers(row, right);
    for (const [what, given] of Object.entries(answers)) fates[what] = await verify(t, alice, given);
    expect(fates).toEqual(Object.fromEntries(Object.keys(answers).map((what) => [what, 'refused'])));
    expect(await reasons(t, 'verify.answered')).toHaveLength(Object.keys(answers).length);
  });

  test('refuses what is nearly right (FLW-09, FLW-17)', async () => {
    const t = await openWorld(row, generous);
    const alice = await enroll(t, 'alice');
    const first = await challenge(t, alice);
    const names = Object.keys((await alice.soft.forgeries?.(first.asked)) ?? {});
    const fates: Record<string, unknown> = {};
    for (const name of names) {
      const pending = await challenge(t, alice);
      const forged = (await alice.soft.forgeries?.(pending.asked))?.[name];
      fates[name] = [await answer(t, pending, forged ?? {}), await verify(t, alice, forged ?? {})];
    }
    expect(fates).toEqual(Object.fromEntries(names.map((name) => [name, ['refused', 'refused']])));
    expect(await reasons(t, 'challenge.answered')).not.toContain('fault');
    t.clock.advance(row.pauseMs ?? 0);
    expect(await pass(t, alice)).toBe('accepted');
  });

  test('believes nobody who says himself that his answer was examined (I10)', async () => {
    const t = await openWorld(row, generous);
    const examined = spyOnExamine(t);
    const alice = await enroll(t, 'alice');
    const bob = await enroll(t, 'bob');
    expect(await pass(t, bob)).toBe('accepted');
    const claims: unknown[] = [...examined, { accepted: true, verified: true, ok: true }, true, 'yes', []];
    for (const claim of claims) {
      const pending = await challenge(t, alice);
      const wrong = await alice.soft.wrong(pending.asked, 1);
      expect(await answer(t, pending, smuggle(wrong, claim))).toBe('refused');
      const again = await challenge(t, alice);
      expect(await answer(t, again, smuggle({}, claim))).toBe('refused');
      expect(await verify(t, alice, smuggle(wrong, claim))).toBe('refused');
      expect(await verify(t, alice, smuggle({}, claim))).toBe('refused');
    }
    // What was examined of one answer is not good for another one of the same device.
    const theirs = await challenge(t, alice);
    const right = await alice.soft.answer(theirs.asked);
    expect(await answer(t, theirs, smuggle(right, { accepted: false }))).toBe('accepted');
    t.clock.advance(row.pauseMs ?? 0);
    if (row.dies === true) return;
    const last = await challenge(t, alice);
    for (const claim of examined.slice(-1))
      expect(await answer(t, last, smuggle(await alice.soft.wrong(last.asked, 2), claim))).toBe('refused');
    expect(await pass(t, alice)).toBe('accepted');
  });
});

describe.each(enrolling)('the enrollment of $title', (row) => {
  test('refuses every senseless answer; each costs an attempt, none is a fault (INP-01, INP-03, FLW-08, FLW-16)', async () => {
    const t = await openWorld(row, generous);
    const model = await prepare(t, 'model');
    const answers = senselessAnswers(row, await model.soft.confirm(model.asked));
    const fates: Record<string, unknown> = {};
    for (const [what, given] of Object.entries(answers)) {
      const { id } = await prepare(t, 'alice');
      const fate = await complete(t, id, given);
      fates[what] = [fate, (await t.engine.enrollments.get(t.caller, id)).attemptsLeft];
    }
    expect(fates).toEqual(Object.fromEntries(Object.keys(answers).map((what) => [what, ['refused', 19]])));
    expect(await t.engine.users.findByName(t.caller, 'alice')).toBeUndefined();
    const { id, soft, asked } = await prepare(t, 'alice');
    const right = await soft.confirm(asked);
    for (const claim of [{ accepted: true }, true]) {
      const wrong = await (soft.confirmWrong ?? soft.wrong)(asked, 1);
      expect(await complete(t, id, smuggle(wrong, claim))).toBe('refused');
      expect(await complete(t, id, smuggle({}, claim))).toBe('refused');
    }
    expect(await complete(t, id, right)).toBe('accepted');
  });
});
