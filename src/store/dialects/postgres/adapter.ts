import { type Kysely, PostgresAdapter, type RawBuilder, sql } from 'kysely';
import type { ReadsRows, RowColumns } from '../../rows-statement.ts';

/** Any number that is no other program's. */
const lockId = 7_265_118_309_442_718n;

/** The function that reads rows of a parameter: every statement of a batch has it, and no other. */
export const rowsReader = 'jsonb_array_elements';

/** Migrations under an advisory lock of this database that is waited for in bounded time (SQLSTATE 55P03 after that). */
export class MigratingPostgresAdapter extends PostgresAdapter implements ReadsRows {
  readonly texts = new Map<string, string>();

  override async acquireMigrationLock(db: Kysely<unknown>): Promise<void> {
    await sql`
      with waiting as (select set_config('lock_timeout', '9s', true))
      select pg_advisory_lock(${sql.lit(lockId)}) from waiting`.execute(db);
  }

  override async releaseMigrationLock(db: Kysely<unknown>): Promise<void> {
    await sql`select pg_advisory_unlock(${sql.lit(lockId)})`.execute(db);
  }

  readRows(columns: RowColumns, json: string): RawBuilder<unknown> {
    const selected = Object.entries(columns).map(([name, type], index) => {
      const text = sql`value ->> ${sql.lit(index)}`;
      return type.startsWith('integer') ? sql`(${text})::bigint as ${sql.id(name)}` : sql`${text} as ${sql.id(name)}`;
    });
    return sql`(select ${sql.join(selected)} from ${sql.raw(rowsReader)}(${json}::jsonb))`;
  }
}
