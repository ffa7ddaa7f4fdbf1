// Histories of a simple system that does everything right, drawn at random, and each with one thing in it that must not happen.
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { checkHistory } from './check-history.ts';
import { correctEvidence } from './correct-model.fixture.ts';
import { broken } from './evidence.fixture.ts';
import { mutations } from './mutations.fixture.ts';

test('whatever several nodes do right, with lost answers, retries and answers out of order, is clean', () => {
  fc.assert(
    fc.property(correctEvidence, (evidence) => {
      expect(checkHistory(evidence)).toEqual([]);
    }),
    { numRuns: 1000 },
  );
});

test('the same is clean when nobody says which name has which id', () => {
  fc.assert(
    fc.property(correctEvidence, ({ names: _, ...evidence }) => {
      expect(checkHistory(evidence)).toEqual([]);
    }),
    { numRuns: 20000 },
  );
});

test.each(mutations)('$name: found as $breaks, wherever in a history it is', ({ breaks, apply }) => {
  fc.assert(
    fc.property(correctEvidence, fc.nat(), (evidence, pick) => {
      const mutated = apply(evidence, pick);
      fc.pre(mutated !== undefined);
      expect(broken(mutated)).toContain(breaks);
    }),
    { numRuns: 200 },
  );
});
