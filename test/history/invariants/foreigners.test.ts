import { expect, test } from 'vitest';
import type { Call } from '../history.ts';
import { broken, call, callWithout, evidence, once } from '../evidence.fixture.ts';

const asked = (stranger: string, shape: string, about: Partial<Call> = {}) =>
  callWithout(['credential', 'value'], { stranger, shape, told: 'invalid', status: 404, action: 'answer', ...about });

test('what is foreign looks like what is missing, and unlike what is wrong (I5)', () => {
  const same = [asked('foreign challenge', '404'), asked('missing challenge', '404'), asked('wrong code', '403')];
  expect(broken(evidence({ history: same }))).toEqual([]);
  const other = [asked('foreign challenge', '403'), asked('missing challenge', '404')];
  expect(broken(evidence({ history: other }))).toEqual(['I5']);
  const elsewhere = [asked('foreign challenge', '404'), asked('missing user', '403')];
  expect(broken(evidence({ history: elsewhere }))).toEqual([]);
});

test.each([
  ['value', { stolenFrom: { tenant: 'tnt_2', user: 'alice' } }],
  ['challenge', { challenge: 'chl_1', challengeOf: { tenant: 'tnt_2', user: 'alice' } }],
])('a %s of another tenant that lets in is found (I5)', (_, about) => {
  expect(broken(once(about))).toEqual(['I5']);
  expect(broken(evidence({ history: [call({ ...about, told: 'refused' })] }))).toEqual([]);
});
