/** Lets so many in at a time; the others wait in their order. */
export interface Turnstile {
  enter(): Promise<void>;
  leave(): void;
}

export function turnstile(size: number): Turnstile {
  let inside = 0;
  const waiting: (() => void)[] = [];
  return {
    enter: async () => {
      if (inside < size) inside++;
      else await new Promise<void>((resolve) => waiting.push(resolve));
    },
    leave: () => {
      const next = waiting.shift();
      // Whoever is next takes the place that has become free.
      if (next === undefined) inside--;
      else next();
    },
  };
}
