/** One holder at a time, in the order of asking. */
export interface Lock {
  /** Resolves when it is this caller's turn, with the function that gives the turn away; calling it twice does nothing. */
  take(): Promise<() => void>;
}

export function lock(): Lock {
  let last: Promise<void> = Promise.resolve();
  return {
    take: async () => {
      const before = last;
      const { promise, resolve } = turn();
      last = promise;
      await before;
      return resolve;
    },
  };
}

function turn(): { promise: Promise<void>; resolve: () => void } {
  let resolve: () => void = noTurn;
  const promise = new Promise<void>((done) => {
    resolve = done;
  });
  return { promise, resolve };
}

const noTurn = (): void => undefined;
