import { Kysely, sql, type KyselyPlugin, type Transaction } from 'kysely';
import { setTimeout as sleep } from 'node:timers/promises';
import { CountersignError } from '../core/errors.ts';
import type { StoreDialect, StoreFault } from './dialects/dialect.ts';
import { mysqlDialect } from './dialects/mysql/index.ts';
import { postgresDialect } from './dialects/postgres/index.ts';
import { sqliteDialect } from './dialects/sqlite/index.ts';
import { migrateToLatest, pendingMigrations } from './migrations/index.ts';
import type { Schema } from './schema.ts';
import { Superseded } from './superseded.ts';

/** What the table functions take: the database, or a transaction of it. */
export type Executor = Kysely<Schema>;

export interface StoreOptions {
  /** `sqlite:/path/to/file.db`, `sqlite::memory:`, `postgres://…`, `postgresql://…`, `mysql://…`, `mariadb://…`. */
  url: string;
  /** For tests: a plugin that looks at every query. */
  plugins?: KyselyPlugin[];
  /** How often a transaction that the database aborted is tried again. Default 5. */
  retries?: number;
}

/** The database. Everything that is written goes through {@link Store.transaction}. */
export interface Store {
  /** For reading outside a transaction. Never use it inside one: SQLite has a single connection. */
  db: Executor;
  dialect: StoreDialect['name'];
  /**
   * Runs `work` in one transaction. What the database aborts for concurrency is tried again within a bound; a fault of the
   * database becomes `unavailable`, and nothing has happened then, or, when the connection broke during the commit, nobody knows.
   *
   * @throws Superseded when `work` throws it each time
   * @param onAbort called when the database has aborted an attempt, before it is waited for the next
   */
  transaction<T>(work: (tx: Executor) => Promise<T>, onAbort?: () => void): Promise<T>;
  /** Runs a read; faults of the database become `unavailable`. */
  read<T>(work: (db: Executor) => Promise<T>): Promise<T>;
  /** What the database meant by an error. */
  classifyFault(error: unknown): StoreFault | undefined;
  migrate(): Promise<string[]>;
  pendingMigrations(): Promise<string[]>;
  backup(path: string): Promise<void>;
  ping(): Promise<void>;
  close(): Promise<void>;
}

/** The dialect of a database URL; `misconfigured` names the forms that are understood. */
export function dialectOf(url: string): StoreDialect {
  const file = /^sqlite:(?:\/\/(?=\/))?(.+)$/.exec(url)?.[1];
  if (file !== undefined) return sqliteDialect(file);
  if (/^postgres(?:ql)?:/.test(url)) return postgresDialect(url);
  if (/^(?:mysql|mariadb):/.test(url)) return mysqlDialect(url);
  throw new CountersignError('misconfigured', {
    detail:
      'the database URL must begin with "sqlite:", "postgres://" or "mariadb://", e.g. sqlite:/var/lib/countersign/countersign.db or postgres://user:password@host/database',
  });
}

/** Before the n-th repetition of a transaction, in ms: longer each time, and not the same for those who met. */
function pauseBefore(repetition: number): number {
  return Math.min(5 * 2 ** repetition, 200) * (0.5 + Math.random());
}

export async function openStore(options: StoreOptions): Promise<Store> {
  const dialect = dialectOf(options.url);
  const db = new Kysely<Schema>({ dialect: dialect.kysely, plugins: options.plugins ?? [] });
  const retries = options.retries ?? 5;

  let closed = false;

  const translate = (error: unknown): unknown => {
    const fault = closed ? 'unavailable' : dialect.classifyFault(error);
    if (fault !== 'retry' && fault !== 'unavailable') return error;
    const detail = `the database: ${error instanceof Error ? error.message : String(error)}`;
    return new CountersignError('unavailable', { detail, retryAfter: 1, cause: error });
  };

  const read = async <T>(work: (db: Executor) => Promise<T>): Promise<T> => {
    try {
      return await work(db);
    } catch (error) {
      throw translate(error);
    }
  };

  const transaction = async <T>(work: (tx: Executor) => Promise<T>, onAbort?: () => void): Promise<T> => {
    for (let attempt = 1; ; attempt++) {
      try {
        return await db.transaction().execute((tx: Transaction<Schema>) => work(tx));
      } catch (error) {
        const mayRepeat = error instanceof Superseded || dialect.classifyFault(error) === 'retry';
        if (!mayRepeat || attempt > retries) throw translate(error);
        onAbort?.();
        await sleep(pauseBefore(attempt));
      }
    }
  };

  const store: Store = {
    db,
    dialect: dialect.name,
    transaction,
    read,
    classifyFault: (error) => dialect.classifyFault(error),
    migrate: () => read(() => migrateToLatest(db, dialect)),
    pendingMigrations: () => read(() => pendingMigrations(db, dialect)),
    backup: (path) => read(() => dialect.backup(db, path)),
    ping: () => read(async () => void (await sql`select 1`.execute(db))),
    close: async () => {
      closed = true;
      await db.destroy();
    },
  };
  try {
    await store.ping();
    return store;
  } catch (error) {
    await db.destroy();
    throw error;
  }
}
