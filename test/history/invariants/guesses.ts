import { describeTime } from '../describe.ts';
import type { Call, TrailRow, Violation } from '../history.ts';
import { groupBy, type Index, isAnswer, keyOf, userKey } from '../index-evidence.ts';

/**
 * I3: between two times at which a user's guesses may have been forgiven, no more of them were evaluated than he has. It is counted twice:
 * by what callers were told, in every stretch of time in which surely nothing was forgiven; and by the rows of the trail as a whole, whatever
 * their order was.
 */
export function checkGuesses(index: Index): Violation[] {
  const limit = index.evidence.guessesPerUser;
  return limit === undefined ? [] : [...checkStretches(index, limit), ...checkTrail(index, limit)];
}

interface Stretch {
  from: number;
  to: number;
}

function checkStretches(index: Index, limit: number): Violation[] {
  const found: Violation[] = [];
  const resets = groupBy(index.resets, userKey);
  for (const [key, calls] of groupBy(index.calls, userKey)) {
    const forgiven = [
      ...(resets.get(key) ?? []).map(({ since, at }) => ({ from: since ?? at, to: at })),
      // A call that was lost may take effect at any time from then on.
      ...calls
        .filter(index.mayHaveBeenAccepted)
        .map(({ asked, answered, told }) => ({ from: asked, to: told === 'accepted' ? answered : Infinity })),
    ];
    const refused = calls.filter(({ told, vague }) => told === 'refused' && vague === undefined);
    const stretches = stretchesBetween(forgiven);
    const evaluated = stretches.map((): Call[] => []);
    let place = 0;
    // Calls are in the order in which they were asked, so that each belongs to the last stretch that has begun by then, if to any.
    for (const call of refused) {
      while ((stretches[place + 1]?.from ?? Infinity) < call.asked) place++;
      const stretch = stretches[place];
      if (stretch !== undefined && call.asked > stretch.from && call.answered < stretch.to)
        evaluated[place]?.push(call);
    }
    for (const [index, stretch] of stretches.entries()) {
      const calls = evaluated[index] ?? [];
      if (calls.length > limit) found.push(tooMany(limit, stretch, calls));
    }
  }
  return found;
}

/** What is left of time between these stretches, which may overlap. */
function stretchesBetween(taken: readonly Stretch[]): Stretch[] {
  const between: Stretch[] = [];
  let from = -Infinity;
  for (const stretch of taken.toSorted((a, b) => a.from - b.from)) {
    if (stretch.from > from) between.push({ from, to: stretch.from });
    from = Math.max(from, stretch.to);
  }
  if (from < Infinity) between.push({ from, to: Infinity });
  return between;
}

function tooMany(limit: number, { from, to }: Stretch, evaluated: readonly Call[]): Violation {
  const [first] = evaluated;
  const when = `between ${from === -Infinity ? 'the beginning' : describeTime(from)} and ${to === Infinity ? 'the end' : describeTime(to)}`;
  const what = `${evaluated.length} wrong guesses of ${first?.user} of ${first?.tenant} were evaluated ${when}, and nothing was forgiven: he has ${limit}`;
  return { invariant: 'I3', what, shown: evaluated.slice(0, limit + 1) };
}

/** Whatever happens to the trail's user besides an accepted answer that may forgive his guesses. */
const forgiving = new Set(['user.unlocked', 'user.removed', 'user.created', 'device.resynchronized']);

function checkTrail({ evidence, resets, mayConcern }: Index, limit: number): Violation[] {
  const found: Violation[] = [];
  const byUser = groupBy(evidence.trail, ({ tenant, user }) => (user === undefined ? undefined : keyOf(tenant, user)));
  for (const rows of byUser.values()) {
    const evaluated = rows.filter((row) => isAnswer(row) && row.reason !== 'too_many_attempts');
    if (evaluated.length <= limit) continue;
    const [first] = evaluated;
    if (first === undefined) continue;
    const times =
      rows.filter((row) => isForgiving(row)).length + resets.filter((reset) => mayConcern(first, reset)).length;
    if (evaluated.length <= limit * (times + 1)) continue;
    const what =
      `${evaluated.length} guesses of user ${first.user} of ${first.tenant} were evaluated by the trail, and they were forgiven` +
      ` at most ${times} times: ${limit} each time were his`;
    found.push({ invariant: 'I3', what, shown: evaluated.slice(0, limit * (times + 1) + 1) });
  }
  return found;
}

function isForgiving(row: TrailRow): boolean {
  return isAnswer(row) ? row.outcome === 'accepted' : forgiving.has(row.event) && row.outcome !== 'refused';
}
