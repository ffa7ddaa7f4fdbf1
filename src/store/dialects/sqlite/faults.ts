import type { StoreFault } from '../dialect.ts';

/** SQLite result codes by name (libsql) and by number (node:sqlite); https://www.sqlite.org/rescode.html */
const duplicate = new Set(['SQLITE_CONSTRAINT_UNIQUE', 'SQLITE_CONSTRAINT_PRIMARYKEY', '2067', '1555']);
const retry = new Set([5, 6]); // SQLITE_BUSY, SQLITE_LOCKED
const unavailable = new Set([7, 8, 10, 11, 13, 14, 26]); // NOMEM, READONLY, IOERR, CORRUPT, FULL, CANTOPEN, NOTADB
const names: Readonly<Record<string, number>> = {
  SQLITE_BUSY: 5,
  SQLITE_LOCKED: 6,
  SQLITE_NOMEM: 7,
  SQLITE_READONLY: 8,
  SQLITE_IOERR: 10,
  SQLITE_CORRUPT: 11,
  SQLITE_FULL: 13,
  SQLITE_CANTOPEN: 14,
  SQLITE_NOTADB: 26,
};

/** What this driver says of a store that was closed. */
export const databaseClosed = 'the database is closed';
const closed = new Set([databaseClosed, 'driver has already been destroyed']); // the second is Kysely's

/** What an error of the driver means for the store; undefined when it is not SQLite's. */
export function classifySqliteFault(error: unknown): StoreFault | undefined {
  if (!(error instanceof Error)) return undefined;
  if (closed.has(error.message)) return 'unavailable';
  if (duplicate.has(extendedCode(error))) return 'duplicate';
  const primary = primaryCode(error);
  if (primary === undefined) return undefined;
  return retry.has(primary) ? 'retry' : unavailable.has(primary) ? 'unavailable' : undefined;
}

/** A file, or a disk, that may be read only: SQLite opens it, and says so at the first writing. */
export function isReadOnly(error: unknown): error is Error {
  return error instanceof Error && primaryCode(error) === names['SQLITE_READONLY'];
}

function extendedCode(error: Error): string {
  const { code, errcode } = error as { code?: unknown; errcode?: unknown };
  return typeof errcode === 'number' ? String(errcode) : typeof code === 'string' ? code : '';
}

function primaryCode(error: Error): number | undefined {
  const { errcode } = error as { errcode?: unknown };
  // The low byte of an extended result code is the primary one.
  if (typeof errcode === 'number') return errcode & 0xff;
  const code = extendedCode(error);
  const name = Object.keys(names).find((known) => code.startsWith(known));
  return name === undefined ? undefined : names[name];
}
