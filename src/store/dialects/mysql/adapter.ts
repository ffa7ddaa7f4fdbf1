import { type Kysely, MysqlAdapter, sql } from 'kysely';

const name = sql`concat('countersign ', database())`;

/** Migrations under a named lock of this database that is waited for in bounded time. */
export class MigratingMysqlAdapter extends MysqlAdapter {
  override async acquireMigrationLock(db: Kysely<unknown>): Promise<void> {
    const { rows } = await sql<{ taken: number | null }>`select get_lock(${name}, 10) as taken`.execute(db);
    if (rows[0]?.taken === 1) return;
    const text = 'another process migrates this database';
    throw Object.assign(new Error(text), { errno: 1205, sqlState: 'HY000' }); // as for any lock
  }

  override async releaseMigrationLock(db: Kysely<unknown>): Promise<void> {
    await sql`select release_lock(${name})`.execute(db);
  }
}
