import type { Clock } from '../core/clock.ts';
import type { Integration } from '../core/model.ts';

/**
 * What credentials were found to belong to, for at most a second (design law 11): a change made by this process empties it at
 * once, one made by another node is seen within that second.
 */
export interface CredentialCache {
  find(key: string): Integration | undefined;
  /** To be taken before looking in the database, and given to {@link CredentialCache.keep}: what was read before a change is not kept. */
  generation(): number;
  keep(key: string, integration: Integration, generation: number): void;
  clear(): void;
}

const life = 1000;
const largest = 10_000;

export function credentialCache(clock: Clock): CredentialCache {
  const entries = new Map<string, { integration: Integration; until: number }>();
  let current = 0;
  return {
    find: (key) => {
      const entry = entries.get(key);
      if (entry === undefined) return undefined;
      const now = clock.now();
      // A clock that was set back must not make an entry live longer.
      if (entry.until > now && entry.until <= now + life) return entry.integration;
      entries.delete(key);
      return undefined;
    },
    generation: () => current,
    keep: (key, integration, generation) => {
      if (generation !== current) return;
      if (entries.size >= largest) entries.clear();
      entries.set(key, { integration, until: clock.now() + life });
    },
    clear: () => {
      current++;
      entries.clear();
    },
  };
}
