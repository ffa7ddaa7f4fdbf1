import { closeSync, openSync } from 'node:fs';
import { createRequire } from 'node:module';
import { isReadOnly } from './faults.ts';

/** A prepared statement, the same for every SQLite driver. */
export interface SqliteStatement {
  all(parameters: readonly unknown[]): unknown[];
  run(parameters: readonly unknown[]): { changes: number; lastInsertRowid: number };
}

/** The little of SQLite that the store needs, the same for every driver. */
export interface SqliteConnection {
  driver: 'node:sqlite' | 'libsql';
  prepare(sql: string): SqliteStatement;
  exec(sql: string): void;
  /** Begins a transaction with the write lock taken; fails at once when another process has it. */
  beginImmediate(): void;
  close(): void;
}

interface RawStatement {
  all(...parameters: unknown[]): unknown[];
  run(...parameters: unknown[]): { changes: number | bigint; lastInsertRowid: number | bigint };
}
interface RawDatabase {
  prepare(sql: string): RawStatement;
  exec(sql: string): unknown;
  close(): unknown;
}
type RawConstructor = new (path: string) => RawDatabase;

const require = createRequire(import.meta.url);

/** `node:sqlite` where Node has it (22.13 and later), else the optional dependency `libsql`. */
function loadDriver(): { driver: SqliteConnection['driver']; Database: RawConstructor } {
  const builtin = process.getBuiltinModule('node:sqlite') as { DatabaseSync: RawConstructor } | undefined;
  if (builtin !== undefined) return { driver: 'node:sqlite', Database: builtin.DatabaseSync };
  return { driver: 'libsql', Database: require('libsql') as RawConstructor };
}

/** What is not a transaction (a switch to WAL, the recovery after a crash) takes moments and may be waited for. */
const waiting = 'PRAGMA busy_timeout = 5000';

/** Statements are prepared once and kept: the store's queries are a few hundred fixed texts. */
const statementsKept = 1000;

/** A file that cannot be opened has one error code, whatever the driver says. */
function openDatabase(Database: RawConstructor, path: string): RawDatabase {
  try {
    return new Database(path);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw Object.assign(new Error(`${path} cannot be opened: ${reason}`, { cause: error }), {
      code: 'SQLITE_CANTOPEN',
    });
  }
}

/** Where the file may only be read, the error names it: SQLite begins a transaction on it all the same, and fails at the first change. */
function namingFile<T>(path: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (isReadOnly(error)) error.message = `${path} cannot be written: ${error.message}`;
    throw error;
  }
}

/** A new file is made for its owner alone; SQLite gives the files beside it the same mode. */
function makePrivate(path: string): void {
  try {
    closeSync(openSync(path, 'ax', 0o600));
  } catch {
    // There is one already, or there can be none: SQLite opens it, or says why not.
  }
}

/** Opens a database file (or `:memory:`) with the settings that durability and several processes need. */
export function openConnection(path: string): SqliteConnection {
  const { driver, Database } = loadDriver();
  if (path !== ':memory:') makePrivate(path);
  const database = openDatabase(Database, path);
  const statements = new Map<string, SqliteStatement>();
  database.exec(waiting);
  namingFile(path, () => database.exec('PRAGMA journal_mode = WAL'));
  database.exec('PRAGMA synchronous = FULL');
  database.exec('PRAGMA foreign_keys = ON');
  database.exec('PRAGMA temp_store = MEMORY');
  database.exec('PRAGMA cache_size = -65536');
  // A batch writes a page per device: the more batches share a checkpoint, the more often it finds the same page.
  database.exec('PRAGMA wal_autocheckpoint = 4000');

  const prepare = (sql: string): SqliteStatement => {
    const known = statements.get(sql);
    if (known !== undefined) return known;
    const raw = database.prepare(sql);
    const statement: SqliteStatement = {
      all: (parameters) => namingFile(path, () => raw.all(...parameters)),
      run: (parameters) => {
        const { changes, lastInsertRowid } = namingFile(path, () => raw.run(...parameters));
        return { changes: Number(changes), lastInsertRowid: Number(lastInsertRowid) };
      },
    };
    if (statements.size >= statementsKept) statements.clear();
    statements.set(sql, statement);
    return statement;
  };

  return {
    driver,
    prepare,
    exec: (sql) => void database.exec(sql),
    beginImmediate: () => {
      database.exec('PRAGMA busy_timeout = 0');
      try {
        database.exec('begin immediate');
      } finally {
        database.exec(waiting);
      }
    },
    close: () => {
      statements.clear();
      database.close();
    },
  };
}
