import { type Kysely, MysqlAdapter, type RawBuilder, sql } from 'kysely';
import type { ReadsRows, RowColumns } from '../../rows-statement.ts';

const name = sql`concat('countersign ', database())`;

/** Migrations under a named lock of this database that is waited for in bounded time. */
export class MigratingMysqlAdapter extends MysqlAdapter implements ReadsRows {
  readonly texts = new Map<string, string>();

  readonly #collation: () => string;

  constructor(collation: () => string) {
    super();
    this.#collation = collation;
  }

  override async acquireMigrationLock(db: Kysely<unknown>): Promise<void> {
    const { rows } = await sql<{ taken: number | null }>`select get_lock(${name}, 10) as taken`.execute(db);
    if (rows[0]?.taken === 1) return;
    const text = 'another process migrates this database';
    throw Object.assign(new Error(text), { errno: 1205, sqlState: 'HY000' }); // as for any lock
  }

  override async releaseMigrationLock(db: Kysely<unknown>): Promise<void> {
    await sql`select release_lock(${name})`.execute(db);
  }

  readRows(columns: RowColumns, json: string): RawBuilder<unknown> {
    const types = { text: 'varchar(255)', long: 'longtext', integer: 'bigint', 'integer or null': 'bigint' };
    const defined = Object.entries(columns).map(([column, type], index) => {
      // Text that is compared with a column has to be of its collation.
      const collation = type.startsWith('integer') ? '' : ` character set utf8mb4 collate ${this.#collation()}`;
      return sql`${sql.id(column)} ${sql.raw(types[type] + collation)} path ${sql.lit(`$[${index}]`)}`;
    });
    return sql`json_table(${json}, '$[*]' columns (${sql.join(defined)}))`;
  }
}
