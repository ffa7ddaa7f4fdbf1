import { expect } from 'vitest';
import { guessesPerUser, type Person, type Witness } from './witness.fixture.ts';

/** For how many windows of time a code is good here: a fault takes as long as it takes. */
export const patientCodes = { kinds: { totp: { back: 10 } } };

/** What there is to lose in a fault, and the proof afterwards that nothing was lost. */
export interface Stake {
  /** Asks everything once while the fault is there; answers what was told, without repetitions. */
  ask(): Promise<string[]>;
  /** The same code that was in vain during the fault is accepted exactly once, what was spent stays spent, and a user's guesses are as before. */
  isKept(): Promise<void>;
}

/** Somebody whose code is not used yet, somebody who has guessed three times, somebody whose code is spent. */
export async function placeStake(witness: Witness, name: string): Promise<Stake> {
  const alice = await witness.enroll(`alice ${name}`);
  const bob = await witness.enroll(`bob ${name}`);
  const carol = await witness.enroll(`carol ${name}`);
  const at = Date.now();
  const guessed = 3;
  for (let count = 0; count < guessed; count++) expect(await witness.guess(bob)).toBe('refused');
  expect(await witness.submit(carol, at)).toBe('accepted');

  return {
    ask: async () => {
      const submissions = [alice, alice, carol].map((person) => witness.submit(person, at));
      return distinct(await Promise.all([...submissions, witness.guess(bob), witness.guess(bob)]));
    },
    isKept: async () => {
      await isAcceptedOnce(witness, alice, at);
      expect(await witness.submit(carol, at)).toBe('refused');
      expect(await countGuesses(witness, bob)).toBe(guessesPerUser - guessed);
    },
  };
}

/** Submits the same code several times at once. */
export async function isAcceptedOnce(witness: Witness, person: Person, at: number): Promise<void> {
  const told = await Promise.all(Array.from({ length: 5 }, () => witness.submit(person, at)));
  expect(told.toSorted()).toEqual(['accepted', 'refused', 'refused', 'refused', 'refused']);
}

/** How many wrong guesses are judged before there are no more. */
export async function countGuesses(witness: Witness, person: Person): Promise<number> {
  let judged = 0;
  while (judged <= guessesPerUser && (await witness.guess(person)) === 'refused') judged++;
  expect(await witness.guess(person)).toBe('exhausted');
  return judged;
}

export function distinct(told: readonly string[]): string[] {
  return [...new Set(told)].toSorted();
}
