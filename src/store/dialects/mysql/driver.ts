import type { CompiledQuery, DatabaseConnection, Driver, QueryResult } from 'kysely';
import type { Pool, PoolConnection, ResultSetHeader } from 'mysql2/promise';
import { connectionLost, ConnectionLost, databaseClosed } from '../connection-lost.ts';
import { type HeardConnections, heardConnections } from '../heard-connections.ts';
import { errorNumberOf, isAborted } from './faults.ts';
import { checkParameters } from './parameters.ts';
import { readServer, type Server, sessionSettings } from './server.ts';

/** How long a server that fell silent is waited for, in ms; longer than it waits for locks itself. */
const patience = 15_000;

class Connection implements DatabaseConnection {
  readonly raw: PoolConnection;
  readonly #heard: HeardConnections;
  /** Its state is not known: it is closed instead of being given to the next one. */
  broken = false;
  /** What aborted the transaction. The server has forgotten that there was one; another statement would be a change of its own. */
  aborted: unknown;

  constructor(raw: PoolConnection, heard: HeardConnections) {
    this.raw = raw;
    this.#heard = heard;
  }

  async executeQuery<R>(query: CompiledQuery): Promise<QueryResult<R>> {
    const result = await this.run(query.sql, query.parameters);
    if (Array.isArray(result)) return { rows: result as R[] };
    const { affectedRows, insertId } = result as ResultSetHeader;
    return { rows: [], numAffectedRows: BigInt(affectedRows), insertId: BigInt(insertId) };
  }

  async run(sql: string, values: readonly unknown[] = []): Promise<unknown> {
    if (this.aborted !== undefined) throw this.aborted;
    const checked = checkParameters(values);
    try {
      const [result] = await this.raw.query({ sql, values: checked, timeout: patience });
      this.#heard.hear(this.raw.connection);
      return result;
    } catch (error) {
      if (errorNumberOf(error) === undefined || (error as { fatal?: unknown }).fatal === true) {
        this.broken = true;
        this.#heard.lose();
        throw connectionLost(error);
      }
      this.#heard.hear(this.raw.connection);
      if (isAborted(error)) this.aborted = error;
      throw error;
    }
  }

  // eslint-disable-next-line require-yield
  async *streamQuery<R>(): AsyncIterableIterator<QueryResult<R>> {
    throw new TypeError('the store reads page by page, it does not stream');
  }
}

/** Connections of a pool; transactions at READ COMMITTED, which guarded statements are written for. */
export class MysqlDriver implements Driver {
  readonly #open: () => Promise<Pool>;
  readonly #onServer: (server: Server) => void;
  // The pool makes a new wrapper each time; the connection inside of it lasts.
  readonly #ready = new WeakSet<object>();
  readonly #heard = heardConnections();
  #pool: Pool | undefined;
  #taken = 0;
  #allReleased: (() => void) | undefined;

  /** @param onServer told what the server is, before the first statement */
  constructor(open: () => Promise<Pool>, onServer: (server: Server) => void) {
    this.#open = open;
    this.#onServer = onServer;
  }

  async init(): Promise<void> {
    this.#pool = await this.#open();
  }

  async acquireConnection(): Promise<DatabaseConnection> {
    const raw = await this.#take();
    const connection = new Connection(raw, this.#heard);
    if (!this.#ready.has(raw.connection)) {
      try {
        const server = readServer(await connection.run('select version() as version'));
        await connection.run(sessionSettings(server));
        this.#onServer(server);
      } catch (error) {
        raw.destroy();
        throw error;
      }
      this.#ready.add(raw.connection);
    }
    this.#taken++;
    return connection;
  }

  /** One of the pool that may be used; lets go of those that may not. */
  async #take(): Promise<PoolConnection> {
    for (;;) {
      if (this.#pool === undefined) throw new ConnectionLost(databaseClosed);
      const raw = await this.#pool.getConnection().catch((error: unknown) => {
        throw errorNumberOf(error) === undefined ? connectionLost(error) : error;
      });
      if (this.#heard.mayBeUsed(raw.connection)) return raw;
      raw.destroy();
    }
  }

  async releaseConnection(connection: DatabaseConnection): Promise<void> {
    const { raw, broken } = connection as Connection;
    if (broken) raw.destroy();
    else raw.release();
    if (--this.#taken === 0) this.#allReleased?.();
  }

  async beginTransaction(connection: DatabaseConnection): Promise<void> {
    await (connection as Connection).run('start transaction');
  }

  /** Whatever but a certain abort goes wrong here, the transaction may have been committed: the connection says no more. */
  async commitTransaction(connection: DatabaseConnection): Promise<void> {
    const taken = connection as Connection;
    if (taken.aborted !== undefined) throw new TypeError('the transaction had failed before, and was rolled back');
    try {
      await taken.run('commit');
    } catch (error) {
      if (isAborted(error)) throw error;
      taken.broken = true;
      throw connectionLost(error, 'commit: ');
    }
  }

  async rollbackTransaction(connection: DatabaseConnection): Promise<void> {
    const taken = connection as Connection;
    taken.aborted = undefined;
    if (taken.broken) return;
    await taken.run('rollback').catch(() => {
      taken.broken = true;
    });
  }

  /** Lets the transactions under way end first, which the pool would not. */
  async destroy(): Promise<void> {
    const pool = this.#pool;
    this.#pool = undefined;
    if (this.#taken > 0) {
      await new Promise<void>((resolve) => {
        this.#allReleased = resolve;
      });
    }
    await pool?.end();
  }
}
