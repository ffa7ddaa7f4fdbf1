import { type Kysely, PostgresIntrospector, PostgresQueryCompiler } from 'kysely';
import { CountersignError } from '../../../core/errors.ts';
import type { Schema } from '../../schema.ts';
import { parseServerUrl } from '../database-url.ts';
import type { StoreDialect } from '../dialect.ts';
import { loadDriver } from '../load-driver.ts';
import { takePoolSize } from '../pool-size.ts';
import { MigratingPostgresAdapter } from './adapter.ts';
import { PostgresDriver } from './driver.ts';
import { classifyPostgresFault } from './faults.ts';

/** `bigint`, which the driver would hand over as text. Ours stay below 2^53. */
const int8 = 20;

/** PostgreSQL 13 and later, by `postgres://` or `postgresql://`. */
export function postgresDialect(text: string): StoreDialect {
  const url = parseServerUrl(text);
  const max = takePoolSize(url);

  async function openPool() {
    const { default: pg } = await loadDriver('pg', () => import('pg'));
    return new pg.Pool({
      connectionString: url.href,
      max,
      connectionTimeoutMillis: 5000,
      // Longer than the server's own limit of a statement: it ends only what a server that fell silent does not.
      query_timeout: 15_000,
      keepAlive: true,
      application_name: 'countersign',
      types: {
        getTypeParser: (type, format) =>
          type === (int8 as typeof type) ? Number : pg.types.getTypeParser(type, format === 'binary' ? 'text' : format),
      },
    });
  }

  return {
    name: 'postgres',
    kysely: {
      createAdapter: () => new MigratingPostgresAdapter(),
      createDriver: () => new PostgresDriver(openPool),
      createIntrospector: (db) => new PostgresIntrospector(db),
      createQueryCompiler: () => new PostgresQueryCompiler(),
    },
    classifyFault: classifyPostgresFault,
    // The order of another collation changes with the operating system's library, and an index on it breaks then.
    text: { upTo: (length) => `varchar(${length}) collate "C"`, long: 'text' },
    countingKey: { type: 'bigserial', autoIncrement: false },
    backup: (_db: Kysely<Schema>) => {
      throw new CountersignError('wrong_state', {
        detail: 'PostgreSQL has tools of its own for backups: pg_dump --format=custom, and pg_restore',
      });
    },
  };
}
