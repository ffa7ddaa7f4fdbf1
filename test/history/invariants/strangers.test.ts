import { expect, test } from 'vitest';
import type { Call } from '../history.ts';
import { broken, callWithout, evidence } from '../evidence.fixture.ts';
import { checkHistory } from '../check-history.ts';

const stranger = (stranger: string, shape: string, about: Partial<Call> = {}) =>
  callWithout(['credential', 'value'], { stranger, shape, told: 'refused', status: 403, ...about });

test('strangers who get the same answers are clean, also where they got several (I4)', () => {
  const history = ['unknown user', 'wrong code', 'locked user'].flatMap((who) => [
    stranger(who, '403 refused'),
    stranger(who, '429 exhausted', { told: 'exhausted' }),
  ]);
  expect(broken(evidence({ history }))).toEqual([]);
});

test('strangers who can tell themselves apart are found (I4)', () => {
  const history = [stranger('unknown user', '404'), stranger('wrong code', '403')];
  const found = checkHistory(evidence({ history }));
  expect(found.map(({ invariant }) => invariant)).toEqual(['I4', 'I4']);
  expect(found[0]?.what).toContain('at the door rest "unknown user" was answered as "wrong code" never was, with 404');
});

test('an answer that one class alone ever gets is found (I4)', () => {
  const history = [stranger('unknown user', '403'), stranger('locked user', '403'), stranger('locked user', '423')];
  expect(broken(evidence({ history }))).toEqual(['I4']);
});

test('who meets an error of the server where others do not is told something by it (I4)', () => {
  const failed = stranger('locked user', '500', { told: 'unavailable', status: 500 });
  const history = [stranger('unknown user', '403'), stranger('locked user', '403'), failed];
  expect(broken(evidence({ history }))).toEqual(['I4']);
});

test('doors may answer differently, and faults and lost answers tell nothing (I4)', () => {
  const history = [
    stranger('unknown user', '403'),
    stranger('wrong code', '403'),
    stranger('wrong code', '422', { door: 'adjure' }),
    stranger('wrong code', '503', { told: 'unavailable', status: 503 }),
    stranger('unknown user', 'ECONNRESET', { told: 'lost' }),
  ];
  expect(broken(evidence({ history }))).toEqual([]);
});
