import type { CompiledQuery, DatabaseConnection, Driver, QueryResult } from 'kysely';
import type { Pool, PoolClient } from 'pg';
import { connectionLost, ConnectionLost, databaseClosed } from '../connection-lost.ts';
import { type HeardConnections, heardConnections } from '../heard-connections.ts';
import { rowsReader } from './adapter.ts';
import { isAborted, isPlanStale, sqlStateOf } from './faults.ts';
import { checkParameters } from './parameters.ts';

/**
 * What every connection is told: a lock or statement that does not come to an end is given up in bounded time, a client that died does
 * not keep its locks, and a commit is on disk when it is confirmed. Rows are joined one by one through their keys: how many a parameter holds
 * is not known to the planner, which would rather read whole tables. And a plan is made for the tables as they are: one that was kept from
 * when they were small would go on reading them whole.
 */
const settings = `select
  set_config('statement_timeout', '10s', false),
  set_config('lock_timeout', '2s', false),
  set_config('idle_in_transaction_session_timeout', '30s', false),
  set_config('enable_hashjoin', 'off', false),
  set_config('enable_mergejoin', 'off', false),
  set_config('plan_cache_mode', 'force_custom_plan', false),
  case current_setting('synchronous_commit') when 'off' then set_config('synchronous_commit', 'on', false) end`;

/** Statements of batches by their names: they are long, and each connection reads them once. */
class PreparedNames {
  readonly #names = new Map<string, string>();

  /** Undefined: not to be prepared. One that selects `*` would fail as soon as a later version adds a column. */
  nameOf(text: string): string | undefined {
    const known = this.#names.get(text);
    if (known !== undefined || !text.includes(rowsReader) || text.includes('*')) return known;
    const name = `countersign_${this.#names.size}`;
    this.#names.set(text, name);
    return name;
  }
}

class Connection implements DatabaseConnection {
  readonly client: PoolClient;
  readonly #heard: HeardConnections;
  readonly #prepared: PreparedNames;
  /** Its state is not known: it is closed instead of being given to the next one. */
  broken = false;

  constructor(client: PoolClient, heard: HeardConnections, prepared: PreparedNames) {
    this.client = client;
    this.#heard = heard;
    this.#prepared = prepared;
  }

  async executeQuery<R>(query: CompiledQuery): Promise<QueryResult<R>> {
    const { command, rowCount, rows } = await this.run(query.sql, query.parameters);
    const changed = command === 'INSERT' || command === 'UPDATE' || command === 'DELETE';
    return changed && rowCount !== null ? { numAffectedRows: BigInt(rowCount), rows } : { rows };
  }

  async run(text: string, values: readonly unknown[] = []) {
    const checked = checkParameters(values);
    try {
      const name = this.#prepared.nameOf(text);
      const result = await this.client.query({ text, values: checked, ...(name === undefined ? {} : { name }) });
      this.#heard.hear(this.client);
      return result;
    } catch (error) {
      // What the server reports leaves the connection usable; everything else (also a client-side timeout) does not.
      if (sqlStateOf(error) !== undefined) {
        this.#heard.hear(this.client);
        if (isPlanStale(error)) this.broken = true;
        throw error;
      }
      this.broken = true;
      this.#heard.lose();
      throw connectionLost(error);
    }
  }

  // eslint-disable-next-line require-yield
  async *streamQuery<R>(): AsyncIterableIterator<QueryResult<R>> {
    throw new TypeError('the store reads page by page, it does not stream');
  }
}

/** Connections of a pool; transactions at READ COMMITTED, which guarded statements are written for. */
export class PostgresDriver implements Driver {
  readonly #open: () => Promise<Pool>;
  readonly #ready = new WeakSet<PoolClient>();
  readonly #heard = heardConnections();
  readonly #prepared = new PreparedNames();
  #pool: Pool | undefined;

  constructor(open: () => Promise<Pool>) {
    this.#open = open;
  }

  async init(): Promise<void> {
    const pool = await this.#open();
    // Without a listener the end of a connection that nobody is using at that moment would end the process.
    pool.on('error', () => undefined);
    pool.on('connect', (client) => void client.on('error', () => undefined));
    this.#pool = pool;
  }

  async acquireConnection(): Promise<DatabaseConnection> {
    const client = await this.#take();
    const connection = new Connection(client, this.#heard, this.#prepared);
    if (!this.#ready.has(client)) {
      try {
        await connection.run(settings);
      } catch (error) {
        client.release(true);
        throw error;
      }
      this.#ready.add(client);
    }
    return connection;
  }

  /** One of the pool that may be used; lets go of those that may not. */
  async #take(): Promise<PoolClient> {
    for (;;) {
      if (this.#pool === undefined) throw new ConnectionLost(databaseClosed);
      const client = await this.#pool.connect().catch((error: unknown) => {
        throw sqlStateOf(error) === undefined ? connectionLost(error) : error;
      });
      if (this.#heard.mayBeUsed(client)) return client;
      client.release(true);
      // The driver would wait for a server that may be gone, and keep the process from ending.
      client.connection.stream.destroy();
    }
  }

  async releaseConnection(connection: DatabaseConnection): Promise<void> {
    const { client, broken } = connection as Connection;
    client.release(broken);
  }

  async beginTransaction(connection: DatabaseConnection): Promise<void> {
    await (connection as Connection).run('begin isolation level read committed');
  }

  /** Whatever but a certain abort goes wrong here, the transaction may have been committed: the connection says no more. */
  async commitTransaction(connection: DatabaseConnection): Promise<void> {
    const taken = connection as Connection;
    let command: string;
    try {
      ({ command } = await taken.run('commit'));
    } catch (error) {
      if (isAborted(error)) throw error;
      taken.broken = true;
      throw connectionLost(error, 'commit: ');
    }
    // PostgreSQL answers a commit of a transaction in which something failed with a rollback, and calls that no error.
    if (command !== 'COMMIT') throw new TypeError('the transaction had failed before, and was rolled back');
  }

  async rollbackTransaction(connection: DatabaseConnection): Promise<void> {
    const taken = connection as Connection;
    if (taken.broken) return;
    await taken.run('rollback').catch(() => {
      taken.broken = true;
    });
  }

  /** Lets the transactions under way end first. */
  async destroy(): Promise<void> {
    const pool = this.#pool;
    this.#pool = undefined;
    await pool?.end();
  }
}
