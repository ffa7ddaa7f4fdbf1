/** Where time comes from (design law 9). Milliseconds since the Unix epoch. */
export interface Clock {
  now(): number;
}

/** The machine's clock. */
export const systemClock: Clock = { now: () => Date.now() };

/** A clock that stands a fixed number of milliseconds beside another. */
export function offsetClock(clock: Clock, offset: number): Clock {
  return { now: () => clock.now() + offset };
}
