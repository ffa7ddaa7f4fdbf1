import { existsSync } from 'node:fs';
import { CountersignError, errorTable } from '../../core/errors.ts';
import { numberAdjureUsers } from '../../doors/adjure/legacy-import.ts';
import type { Engine, IntegrationCaller } from '../../engine/index.ts';
import { type AdjureUserRow, readAdjureUsers } from '../../store/legacy/read-adjure-users.ts';
import { claimSetting, findSetting, type Store } from '../../store/index.ts';

/** What was taken over from the tables of Adjure. */
export interface BroughtAlong {
  users: number;
  refused: { userId: string; problem: string }[];
}

const nothing: BroughtAlong = { users: 0, refused: [] };

/** Set when all users have come: one who is removed later must not come back with the next start. */
const setting = 'adjure.brought-along';

/** Makes the users of Adjure's tables ours, once. */
export async function bringAlong(options: {
  store: Store;
  engine: Engine;
  caller: IntegrationCaller;
  /** Adjure's database file; undefined when it is in memory. */
  legacy: string | undefined;
  /** Our own, which may be the same. */
  own: string | undefined;
}): Promise<BroughtAlong> {
  const { store, engine, caller, legacy, own } = options;
  if (legacy === undefined || (await store.read((db) => findSetting(db, setting))) !== undefined) return nothing;
  const users = openTables(legacy, legacy === own);
  const names: string[] = [];
  function* named(): Generator<AdjureUserRow> {
    for (const user of users) {
      names.push(user.userId);
      yield user;
    }
  }
  const { done, failed } = await engine.devices.provisionMany(caller, numberAdjureUsers(named()));
  await store.transaction((db) => claimSetting(db, setting, legacy));
  const refused = failed
    // Whoever is here already came with a start that was cut short.
    .filter(({ message }) => message !== errorTable.user_exists.text)
    .map(({ row, message }) => ({ userId: names[row - 1] ?? '', problem: message }));
  return { users: done, refused };
}

/** The users in the file; none where the file is our own and Adjure never wrote into it. */
function openTables(path: string, isOwn: boolean): Iterable<AdjureUserRow> {
  if (isOwn && !existsSync(path)) return [];
  const users = readAdjureUsers(path);
  try {
    const first = users.next();
    return first.done === true ? [] : withFirst(first.value, users);
  } catch (error) {
    if (isOwn && error instanceof CountersignError && error.detail?.includes('has no table') === true) return [];
    throw error;
  }
}

function* withFirst<T>(first: T, rest: Iterable<T>): Generator<T> {
  yield first;
  yield* rest;
}
