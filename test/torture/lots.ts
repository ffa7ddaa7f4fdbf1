/** Draws lots, the same ones for the same seed. */
export interface Lots {
  /** At least 0, below 1. */
  fraction(): number;
  /** A whole number from `low` to `high`, both included. */
  between(low: number, high: number): number;
  one<T>(of: readonly T[]): T;
  /** Whether something happens that happens in so many of a hundred cases. */
  happens(percent: number): boolean;
  /** Lots of somebody else, which do not change when others draw more. */
  of(name: string): Lots;
}

/** mulberry32: small, and good enough to choose what happens next. */
export function lots(seed: number): Lots {
  let state = seed >>> 0;
  const fraction = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  const between = (low: number, high: number): number => low + Math.floor(fraction() * (high - low + 1));
  return {
    fraction,
    between,
    one: <T>(of: readonly T[]): T => {
      const chosen = of[between(0, of.length - 1)];
      if (chosen === undefined) throw new Error('there is nothing to choose from');
      return chosen;
    },
    happens: (percent) => fraction() * 100 < percent,
    of: (name) =>
      lots(
        Array.from(name).reduce(
          (hash, letter) => Math.imul(hash ^ (letter.codePointAt(0) ?? 0), 0x01000193),
          seed ^ 0x811c9dc5,
        ),
      ),
  };
}
