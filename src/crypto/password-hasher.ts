import { CountersignError } from '../core/errors.ts';
import { hashPassword, verifyPassword } from './password.ts';

/** Hashes and verifies passwords, a few at a time. */
export interface PasswordHasher {
  /** As `hashPassword`. @throws also `unavailable` when too many wait */
  hash(password: string): Promise<string>;
  /** As `verifyPassword`. @throws `unavailable` when too many wait */
  verify(password: string, phc: string | undefined): Promise<boolean>;
}

export interface PasswordHasherOptions {
  /** How many run at once (default 1): each takes a core and 19 MiB, and a thread of the pool that serves files too. */
  concurrency?: number;
  /** How many may wait (default 256). */
  waiting?: number;
}

/** A hasher with a bounded queue, so that a flood of sign-ins cannot take the memory and the cores of everything else. */
export function passwordHasher(options: PasswordHasherOptions = {}): PasswordHasher {
  const concurrency = options.concurrency ?? 1;
  const waiting = options.waiting ?? 256;
  const queue: (() => void)[] = [];
  let running = 0;

  async function inTurn<Result>(work: () => Promise<Result>): Promise<Result> {
    if (running < concurrency) running += 1;
    else if (queue.length >= waiting) {
      throw new CountersignError('unavailable', { detail: 'too many passwords wait to be hashed', retryAfter: 5 });
    } else await new Promise<void>((resolve) => queue.push(resolve));
    try {
      return await work();
    } finally {
      // The turn is handed on, not given back: nobody who comes now gets in front of those who wait.
      const next = queue.shift();
      if (next === undefined) running -= 1;
      else next();
    }
  }

  return {
    hash: (password) => inTurn(() => hashPassword(password)),
    verify: (password, phc) => inTurn(() => verifyPassword(password, phc)),
  };
}
