import { expect, test } from 'vitest';
import type { Call, HistoryEvent, TrailRow } from '../history.ts';
import { broken, call, callWithout, evidence, provisioned, row } from '../evidence.fixture.ts';
import { checkHistory } from '../check-history.ts';

const guess = (asked: number, about: Partial<Call> = {}) =>
  callWithout(['credential', 'value'], { told: 'refused', status: 403, asked, ...about });
const guesses = (from: number, count: number, about: Partial<Call> = {}) =>
  Array.from({ length: count }, (_, index) => guess(from + index, about));
const refusals = (from: number, count: number, about: Partial<TrailRow> = {}) =>
  Array.from({ length: count }, (_, index) => row(from + index, { outcome: 'refused', reason: 'wrong', ...about }));
const check = (history: readonly HistoryEvent[], trail: readonly TrailRow[] = []) =>
  broken(evidence({ history, trail, guessesPerUser: 5 }));

test('as many wrong guesses as a user has are clean, one more is found (I3)', () => {
  expect(check(guesses(0, 5))).toEqual([]);
  expect(check(guesses(0, 6))).toEqual(['I3']);
  const [violation] = checkHistory(evidence({ history: guesses(0, 6), guessesPerUser: 5 }));
  expect(violation?.what).toBe(
    '6 wrong guesses of alice of tnt_1 were evaluated between the beginning and the end, and nothing was forgiven: he has 5',
  );
});

test('guesses that were refused unseen do not count, nor those of others, nor without a limit (I3)', () => {
  expect(check([...guesses(0, 5), ...guesses(5, 50, { told: 'exhausted' })])).toEqual([]);
  expect(check([...guesses(0, 5), ...guesses(5, 5, { user: 'bob' }), ...guesses(5, 5, { tenant: 'tnt_2' })])).toEqual(
    [],
  );
  expect(check(guesses(0, 50, { vague: true }))).toEqual([]);
  expect(broken(evidence({ history: guesses(0, 50) }))).toEqual([]);
});

test('an acceptance forgives; what it overlaps counts on neither side (I3)', () => {
  const trail = [provisioned(1), row(2)];
  const yes = call({ auditId: 'wrt_1.2', asked: 100, answered: 110 });
  expect(check([...guesses(0, 4), yes, ...guesses(111, 5)], trail)).toEqual([]);
  expect(check([...guesses(0, 4), ...guesses(96, 5, { answered: 112 }), yes, ...guesses(113, 5)], trail)).toEqual([]);
  expect(check([...guesses(0, 4), yes, ...guesses(111, 6)], trail)).toEqual(['I3']);
  expect(check([...guesses(0, 6), yes, ...guesses(111, 4)], trail)).toEqual(['I3']);
});

test('an unlock forgives, at some time while it was done (I3)', () => {
  const reset = { event: 'reset', since: 100, at: 110, tenant: 'tnt_1', user: 'alice' } as const;
  expect(check([...guesses(0, 5), reset, ...guesses(111, 5)])).toEqual([]);
  expect(check([...guesses(0, 5), reset, ...guesses(101, 2), ...guesses(111, 5)])).toEqual([]);
  expect(check([...guesses(0, 6), reset])).toEqual(['I3']);
  expect(check([...guesses(0, 5), { ...reset, user: 'bob' }, ...guesses(111, 1)])).toEqual(['I3']);
});

test('a lost answer may have forgiven from then on, if the trail has a row for it (I3)', () => {
  const lost = call({ told: 'lost', asked: 100 });
  const history = [...guesses(0, 4), lost, ...guesses(111, 5)];
  const trail = [provisioned(1), ...refusals(2, 4), row(7), ...refusals(8, 5)];
  expect(check(history, trail)).toEqual([]);
  expect(
    check(
      history,
      trail.filter(({ outcome }) => outcome !== 'accepted'),
    ),
  ).toEqual(['I3']);
});

test('the trail is counted too, whatever callers were told (I3)', () => {
  const unseen = refusals(1, 60, { reason: 'too_many_attempts' });
  expect(check([], [...unseen, ...refusals(61, 5)])).toEqual([]);
  expect(check([], [...refusals(1, 3), ...refusals(1, 3, { writer: 'wrt_2' })])).toEqual(['I3']);
  expect(
    check([], [...refusals(1, 5), row(6, { event: 'user.unlocked', outcome: 'done' }), ...refusals(7, 5)]),
  ).toEqual([]);
  expect(
    check([], [...refusals(1, 6), row(7, { event: 'user.unlocked', outcome: 'done' }), ...refusals(8, 5)]),
  ).toEqual(['I3']);
});
