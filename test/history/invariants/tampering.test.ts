import { expect, test } from 'vitest';
import type { Call, Told } from '../history.ts';
import { broken, call, evidence, once } from '../evidence.fixture.ts';

const tampered = (told: Told, plain: Told, about: Partial<Call> = {}) =>
  broken(
    evidence({ history: [call({ told, value: 1, nonce: true, tampered: { what: 'two codes', plain }, ...about })] }),
  );

test('what was told to a tampered call is no better than to the plain one (I10)', () => {
  expect(broken(once({ tampered: { what: 'two codes', plain: 'refused' } }))).toEqual(['I10']);
  expect(broken(once({ tampered: { what: 'two codes', plain: 'accepted' } }))).toEqual([]);
  expect(tampered('refused', 'exhausted')).toEqual(['I10']);
  expect(tampered('refused', 'invalid')).toEqual(['I10']);
  expect(tampered('refused', 'refused')).toEqual([]);
  expect(tampered('invalid', 'accepted')).toEqual([]);
  expect(tampered('exhausted', 'invalid')).toEqual([]);
});

test('with what nobody knows there is nothing to compare (I10)', () => {
  expect(tampered('refused', 'lost')).toEqual([]);
  expect(tampered('refused', 'unavailable')).toEqual([]);
  expect(tampered('refused', 'exhausted', { vague: true })).toEqual([]);
});
