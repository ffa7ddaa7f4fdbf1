import { type Kysely, MysqlIntrospector } from 'kysely';
import { CountersignError } from '../../../core/errors.ts';
import type { Schema } from '../../schema.ts';
import type { StoreDialect } from '../dialect.ts';
import { loadDriver } from '../load-driver.ts';
import { MigratingMysqlAdapter } from './adapter.ts';
import { readConnectionOptions } from './connection-options.ts';
import { MysqlDriver } from './driver.ts';
import { classifyMysqlFault } from './faults.ts';
import { StrictTablesCompiler } from './query-compiler.ts';
import { binaryCollation, type Server } from './server.ts';

/** MariaDB 10.6 and later, MySQL 8.0.17 and later, by `mariadb://` or `mysql://`. */
export function mysqlDialect(url: string): StoreDialect {
  const options = readConnectionOptions(url);
  let server: Server = { mariadb: true };

  async function openPool() {
    const { createPool } = await loadDriver('mysql2', () => import('mysql2/promise'));
    return createPool(options);
  }

  return {
    name: 'mysql',
    kysely: {
      createAdapter: () => new MigratingMysqlAdapter(() => binaryCollation(server)),
      createDriver: () =>
        new MysqlDriver(openPool, (found) => {
          server = found;
        }),
      createIntrospector: (db) => new MysqlIntrospector(db),
      createQueryCompiler: () => new StrictTablesCompiler(() => server),
    },
    classifyFault: classifyMysqlFault,
    text: { upTo: (length) => `varchar(${length})`, long: 'longtext' },
    countingKey: { type: 'bigint', autoIncrement: true },
    backup: (_db: Kysely<Schema>) => {
      throw new CountersignError('wrong_state', {
        detail:
          'MariaDB and MySQL have tools of their own for backups: mariadb-dump (or mysqldump) --single-transaction',
      });
    },
  };
}
