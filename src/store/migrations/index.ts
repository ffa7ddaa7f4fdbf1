import { type Kysely, type Migration, Migrator } from 'kysely';
import { CountersignError } from '../../core/errors.ts';
import type { StoreDialect } from '../dialects/dialect.ts';
import type { Schema } from '../schema.ts';
import * as foundation from './001-foundation.ts';
import * as deviceKinds from './002-device-kinds.ts';

/** What differs between databases when tables are made. */
export type MigrationContext = Pick<StoreDialect, 'name' | 'text' | 'countingKey'>;

/** Every change of the schema, in order. A migration that was released is never edited; a later one corrects it. */
const migrations = { '001-foundation': foundation, '002-device-kinds': deviceKinds };

function migrator(db: Kysely<Schema>, dialect: StoreDialect): Migrator {
  const provided = Object.entries(migrations).map(([name, { up }]): [string, Migration] => [
    name,
    { up: (executor: Kysely<unknown>) => up(executor, dialect) },
  ]);
  return new Migrator({
    db,
    migrationTableName: 'countersign_migrations',
    migrationLockTableName: 'countersign_migrations_lock',
    provider: { getMigrations: async () => Object.fromEntries(provided) },
  });
}

/** Names of the migrations that this database still lacks. */
export async function pendingMigrations(db: Kysely<Schema>, dialect: StoreDialect): Promise<string[]> {
  const known = await migrator(db, dialect).getMigrations();
  return known.filter((migration) => migration.executedAt === undefined).map((migration) => migration.name);
}

/** Brings the schema up to date under a lock; running it twice, or twice at once, changes nothing. Answers what it did. */
export async function migrateToLatest(db: Kysely<Schema>, dialect: StoreDialect): Promise<string[]> {
  const { error, results } = await migrator(db, dialect).migrateToLatest();
  if (error !== undefined) {
    throw new CountersignError('unavailable', { detail: 'a migration of the database failed', cause: error });
  }
  return (results ?? []).filter((result) => result.status === 'Success').map((result) => result.migrationName);
}
