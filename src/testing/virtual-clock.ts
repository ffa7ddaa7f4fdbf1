import type { Clock } from '../core/clock.ts';

/** A clock that stands still until it is told to move. */
export interface VirtualClock extends Clock {
  set(ms: number): void;
  advance(ms: number): void;
}

/** @param start ms since the Unix epoch; default 2026-01-01T00:00:00Z, the beginning of a TOTP step */
export function virtualClock(start = Date.UTC(2026, 0, 1)): VirtualClock {
  let now = start;
  return {
    now: () => now,
    set: (ms) => {
      now = ms;
    },
    advance: (ms) => {
      now += ms;
    },
  };
}
