import { existsSync } from 'node:fs';
import { CountersignError } from '../../../core/errors.ts';
import { openConnection } from './connection.ts';
import { classifySqliteFault } from './faults.ts';

/** The file of a database URL; undefined when the database is not a file. */
export function databaseFileOf(url: string): string | undefined {
  const file = /^sqlite:(?:\/\/(?=\/))?(.+)$/.exec(url)?.[1];
  return file === ':memory:' ? undefined : file;
}

/**
 * Keeps everybody else away from a database file, so that it can be replaced. Whatever its journal held is in the file then.
 *
 * @returns what lets go of it
 * @throws CountersignError `conflict` while any other process has it open
 */
export function claimDatabaseFile(path: string): () => void {
  if (!existsSync(path)) return () => undefined;
  const connection = openConnection(path);
  try {
    connection.exec('PRAGMA busy_timeout = 500');
    // Only the last one who has the file open can take it out of WAL mode.
    connection.exec('PRAGMA locking_mode = EXCLUSIVE');
    connection.exec('PRAGMA journal_mode = DELETE');
    connection.exec('BEGIN EXCLUSIVE');
  } catch (error) {
    connection.close();
    if (classifySqliteFault(error) !== 'retry') throw error;
    throw new CountersignError('conflict', {
      detail: `the database ${path} is in use: stop the server first, and every command that works on it`,
      cause: error,
    });
  }
  return () => connection.close();
}
