import type { Time } from './model.ts';

/** Since when something is good, and until when; without an end it is good for ever. */
export interface Lifetime {
  createdAt: Time;
  expiresAt?: Time | undefined;
}

/**
 * Whether its life is over. Also when it seems to begin further ahead than it is long: it was made by a clock that was ahead, and must not
 * live until that time comes. Clocks of two nodes that differ by less do no harm.
 */
export function isOver({ createdAt, expiresAt }: Lifetime, now: Time): boolean {
  if (expiresAt === undefined) return false;
  return expiresAt <= now || createdAt - now > expiresAt - createdAt;
}
