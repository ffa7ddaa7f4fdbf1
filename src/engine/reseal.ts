import { reseal, sealedKeyId } from '../crypto/index.ts';
import type { Random } from '../core/random.ts';
import { listStaleSealedValues, replaceSealedValue, type Store } from '../store/index.ts';
import type { KeySource } from './vault.ts';

const batchSize = 200;

/**
 * Seals everything that is stored under the active key, a batch at a time while others serve. It can be stopped and started
 * again at any time. Answers how many values it sealed anew.
 */
export async function resealAll(
  deps: { store: Store; keys: KeySource; random: Random },
  onProgress?: (done: number) => void,
): Promise<number> {
  const { store, keys, random } = deps;
  let done = 0;
  for (;;) {
    const ring = keys.ring();
    const replaced = await store.transaction(async (db) => {
      const values = await listStaleSealedValues(db, ring.activeKeyId, batchSize);
      for (const value of values) {
        await replaceSealedValue(db, value, reseal(ring, value.place, value.sealed, random));
      }
      return values.length;
    });
    if (replaced === 0) return done;
    done += replaced;
    onProgress?.(done);
  }
}

/** The ids of the keys that stored values are still sealed with, other than the active one. */
export async function findKeysInUse(deps: { store: Store; keys: KeySource }): Promise<string[]> {
  const values = await deps.store.read((db) => listStaleSealedValues(db, deps.keys.ring().activeKeyId, 1000));
  return [...new Set(values.map((value) => sealedKeyId(value.sealed)).filter((id) => id !== undefined))];
}
