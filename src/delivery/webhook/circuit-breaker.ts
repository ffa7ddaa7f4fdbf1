import type { Clock } from '../../core/clock.ts';

/** Keeps from asking somebody who has not answered for a while (OUT-04). */
export interface CircuitBreaker {
  isOpen(receiver: string): boolean;
  succeed(receiver: string): void;
  fail(receiver: string): void;
}

/** Failures in a row after which a receiver is left alone, and for how long. Then one request shows whether it is back. */
const failuresInARow = 5;
const pause = 30_000;

/** Receivers that are remembered; the ones that failed first are forgotten first. */
const most = 10_000;

export function circuitBreaker(clock: Clock): CircuitBreaker {
  const failing = new Map<string, { failures: number; until: number }>();
  return {
    isOpen: (receiver) => {
      const known = failing.get(receiver);
      if (known === undefined || known.failures < failuresInARow) return false;
      if (clock.now() < known.until && known.until - clock.now() <= pause) return true;
      // Whoever asks now finds out for all; the others wait for him.
      known.until = clock.now() + pause;
      return false;
    },
    succeed: (receiver) => void failing.delete(receiver),
    fail: (receiver) => {
      const failures = (failing.get(receiver)?.failures ?? 0) + 1;
      failing.set(receiver, { failures, until: clock.now() + pause });
      if (failing.size > most) for (const first of [...failing.keys()].slice(0, 1)) failing.delete(first);
    },
  };
}
