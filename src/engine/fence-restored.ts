import type { Clock } from '../core/clock.ts';
import { expireUnfinished, findSetting, setSetting, type Store } from '../store/index.ts';

const setting = 'restored-at';

/**
 * To be called on a database that was just restored from a backup, before it serves. A code that was accepted after the backup was
 * taken is unknown to it: time-based codes up to now are refused from here on, and pending challenges and enrollments end. What has no
 * clock (HOTP counters, recovery codes used since) cannot be told; resynchronize or replace those.
 */
export async function fenceRestoredStore(store: Store, clock: Clock): Promise<void> {
  const now = clock.now();
  await store.transaction(async (db) => {
    await setSetting(db, setting, String(now));
    await expireUnfinished(db, now);
  });
}

/** When the database was last restored; undefined: never. */
export async function readFence(store: Store): Promise<number | undefined> {
  const value = await store.read((db) => findSetting(db, setting));
  return value === undefined ? undefined : Number(value);
}
