import { closeSync, copyFileSync, existsSync, openSync, readSync, renameSync, rmSync } from 'node:fs';
import { CountersignError } from '../core/errors.ts';
import { systemClock } from '../core/clock.ts';
import { fenceRestoredStore } from '../engine/index.ts';
import type { Config } from '../server/config/config.ts';
import { claimDatabaseFile, databaseFileOf, findSetting, openStore, type Store } from '../store/index.ts';
import { openExistingStore } from './open-existing-store.ts';
import { placeFile } from './place-file.ts';
import { readKeyRing } from './read-keys.ts';

/**
 * Puts a backup in the place of the database: checked, brought up to date and fenced against codes that were used since,
 * before anybody can open it.
 *
 * @returns where the database is kept that was there
 * @throws CountersignError `already_exists`, `conflict` (in use), `invalid_parameters` (no backup of ours), `misconfigured` (other keys)
 */
export async function restoreDatabase(
  backup: string,
  config: Config,
  options: { replace: boolean },
): Promise<{ keptAs: string | undefined }> {
  const target = databaseFileOf(config.databaseUrl);
  if (target === undefined) {
    throw new CountersignError('wrong_state', {
      detail:
        'the database is not a file: put it back with its own tools (pg_restore, or mariadb), servers stopped, and run "countersign restore --fence" then',
    });
  }
  const release = claimDatabaseFile(target);
  const copy = `${target}.restoring-${process.pid}`;
  const ready = `${copy}-done`;
  try {
    if (existsSync(target) && !options.replace) {
      throw new CountersignError('already_exists', { detail: `there is a database at ${target}; --force replaces it` });
    }
    checkHeader(backup);
    copyFileSync(backup, copy);
    await prepare({ copy, ready }, backup, config);
    // Nobody can have opened it since it was claimed, so there is no journal that would be applied to the new file.
    const keptAs = existsSync(target) ? `${target}.replaced-${timestamp()}` : undefined;
    if (keptAs !== undefined) renameSync(target, keptAs);
    for (const suffix of ['-wal', '-shm', '-journal']) rmSync(target + suffix, { force: true });
    placeFile(ready, target);
    return { keptAs };
  } finally {
    release();
    for (const suffix of ['', '-wal', '-shm', '-journal', '-done']) rmSync(copy + suffix, { force: true });
  }
}

/**
 * Guards a database that its own tools have put back: brings it up to date, and refuses what was used since the backup.
 *
 * @throws CountersignError `misconfigured` (other keys), `invalid_parameters` (no database of ours)
 */
export async function fenceDatabase(config: Config): Promise<void> {
  const store = await openExistingStore(config.databaseUrl);
  try {
    await guard(store, 'the database', config);
  } finally {
    await store.close();
  }
}

/** SQLite would take an empty file for an empty database. */
function checkHeader(backup: string): void {
  const header = Buffer.alloc(16);
  const handle = openSync(backup, 'r');
  readSync(handle, header);
  closeSync(handle);
  if (header.toString('latin1') !== 'SQLite format 3\0') throw notOurs(backup, 'it is no SQLite database');
}

/** Works on a copy, because opening a database writes to it; what comes out is one file again, without a journal beside it. */
async function prepare(files: { copy: string; ready: string }, backup: string, config: Config): Promise<void> {
  const store = await openStore({ url: `sqlite:${files.copy}` });
  try {
    await guard(store, backup, config);
    await store.backup(files.ready);
  } finally {
    await store.close();
  }
}

async function guard(store: Store, backup: string, config: Config): Promise<void> {
  const fingerprint = await readFingerprint(store, backup);
  if (readKeyRing(config).fingerprint() !== fingerprint) {
    throw new CountersignError('misconfigured', {
      detail: `the keys in ${config.keysFile} are not those of the backup: put the key file back that belongs to it`,
    });
  }
  await store.migrate();
  await fenceRestoredStore(store, systemClock);
}

async function readFingerprint(store: Store, backup: string): Promise<string> {
  const fingerprint = await findSetting(store.db, 'keys.fingerprint').catch((cause: unknown) => {
    throw notOurs(backup, 'it has none of the tables', cause);
  });
  if (fingerprint === undefined) throw notOurs(backup, 'no server has worked with it');
  return fingerprint;
}

function notOurs(backup: string, why: string, cause?: unknown): CountersignError {
  const issues = [{ path: backup, message: `is not a backup of Countersign: ${why}` }];
  return new CountersignError('invalid_parameters', { issues, ...(cause === undefined ? {} : { cause }) });
}

function timestamp(): string {
  return new Date().toISOString().replaceAll(/[-:]|\.\d+/g, '');
}
