import { type Kysely, PostgresAdapter, sql } from 'kysely';

/** Any number that is no other program's. */
const lockId = 7_265_118_309_442_718n;

/** Migrations under an advisory lock of this database that is waited for in bounded time (SQLSTATE 55P03 after that). */
export class MigratingPostgresAdapter extends PostgresAdapter {
  override async acquireMigrationLock(db: Kysely<unknown>): Promise<void> {
    await sql`
      with waiting as (select set_config('lock_timeout', '9s', true))
      select pg_advisory_lock(${sql.lit(lockId)}) from waiting`.execute(db);
  }

  override async releaseMigrationLock(db: Kysely<unknown>): Promise<void> {
    await sql`select pg_advisory_unlock(${sql.lit(lockId)})`.execute(db);
  }
}
