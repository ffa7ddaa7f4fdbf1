/**
 * Which connections of a pool were heard of since one of it was last lost. Where one falls silent the others may have, too, and nobody is told:
 * each would be found dead only by somebody who waits for it. So the idle ones are not used again then.
 */
export interface HeardConnections {
  /** It has answered. */
  hear(connection: object): void;
  /** One of them was lost. */
  lose(): void;
  /** False: one was lost since it last answered. One that is new may be used. */
  mayBeUsed(connection: object): boolean;
}

export function heardConnections(): HeardConnections {
  const heardAfter = new WeakMap<object, number>();
  let losses = 0;
  return {
    hear: (connection) => void heardAfter.set(connection, losses),
    lose: () => void losses++,
    mayBeUsed: (connection) => (heardAfter.get(connection) ?? losses) === losses,
  };
}
