import { existsSync } from 'node:fs';
import { CountersignError } from '../core/errors.ts';
import { databaseFileOf, openStore, type Store } from '../store/index.ts';

/**
 * Opens a database that is there: a command that looks after it must not make an empty one.
 *
 * @throws CountersignError `not_found`
 */
export async function openExistingStore(url: string): Promise<Store> {
  const file = databaseFileOf(url);
  if (file !== undefined && !existsSync(file)) {
    throw new CountersignError('not_found', {
      detail: `there is no database at ${file}; "countersign dev" or "countersign migrate" makes one, --data-dir names another folder`,
    });
  }
  return openStore({ url });
}
