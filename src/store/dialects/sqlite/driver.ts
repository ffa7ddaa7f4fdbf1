import { setTimeout as sleep } from 'node:timers/promises';
import { CompiledQuery, type DatabaseConnection, type Driver, type QueryResult } from 'kysely';
import { lock } from '../../../core/lock.ts';
import type { SqliteConnection } from './connection.ts';
import { classifySqliteFault, databaseClosed } from './faults.ts';

/** Whether the statement answers with rows. All SQL is the store's own, so its beginning and `returning` tell. */
const answersWithRows = /^\s*(select|pragma|with|explain)\b|\breturning\b/i;

class Connection implements DatabaseConnection {
  readonly #connection: SqliteConnection;

  constructor(connection: SqliteConnection) {
    this.#connection = connection;
  }

  async executeQuery<R>(query: CompiledQuery): Promise<QueryResult<R>> {
    const statement = this.#connection.prepare(query.sql);
    if (answersWithRows.test(query.sql)) {
      return { rows: statement.all(query.parameters) as R[] };
    }
    const { changes, lastInsertRowid } = statement.run(query.parameters);
    return { rows: [], numAffectedRows: BigInt(changes), insertId: BigInt(lastInsertRowid) };
  }

  // eslint-disable-next-line require-yield
  async *streamQuery<R>(): AsyncIterableIterator<QueryResult<R>> {
    throw new TypeError('the SQLite dialect reads page by page, it does not stream');
  }
}

/** How long a transaction waits for one of another process to end before it counts as aborted, in ms. */
const patience = 2000;

/**
 * One connection, handed out to one user at a time: transactions of this process never overlap. `begin immediate` takes
 * the write lock at the start, so that a transaction of another process cannot make ours fail half-way.
 */
export class SqliteDriver implements Driver {
  readonly #open: () => SqliteConnection;
  #raw: SqliteConnection | undefined;
  #connection: Connection | undefined;
  readonly #turns = lock();
  #release: (() => void) | undefined;

  constructor(open: () => SqliteConnection) {
    this.#open = open;
  }

  async init(): Promise<void> {
    this.#raw = this.#open();
    this.#connection = new Connection(this.#raw);
  }

  async acquireConnection(): Promise<DatabaseConnection> {
    const release = await this.#turns.take();
    if (this.#connection === undefined) {
      release();
      throw new TypeError(databaseClosed);
    }
    this.#release = release;
    return this.#connection;
  }

  async releaseConnection(): Promise<void> {
    this.#release?.();
  }

  /** Waits for another process without blocking this one: SQLite's own waiting would stop every request meanwhile. */
  async beginTransaction(): Promise<void> {
    for (let waited = 0, pause = 1; ; waited += pause, pause = Math.min(pause * 2, 32)) {
      try {
        if (this.#raw === undefined) throw new TypeError(databaseClosed);
        this.#raw.beginImmediate();
        return;
      } catch (error) {
        if (classifySqliteFault(error) !== 'retry' || waited >= patience) throw error;
      }
      await sleep(pause);
    }
  }

  async commitTransaction(connection: DatabaseConnection): Promise<void> {
    await connection.executeQuery(CompiledQuery.raw('commit'));
  }

  async rollbackTransaction(connection: DatabaseConnection): Promise<void> {
    // After some faults (disk full) SQLite has rolled back by itself; a second rollback is then an error of no meaning.
    await connection.executeQuery(CompiledQuery.raw('rollback')).catch(() => undefined);
  }

  /** Lets the transaction under way end first. */
  async destroy(): Promise<void> {
    const release = await this.#turns.take();
    const raw = this.#raw;
    this.#raw = undefined;
    this.#connection = undefined;
    raw?.close();
    release();
  }
}
