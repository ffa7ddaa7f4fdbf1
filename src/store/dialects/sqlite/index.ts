import { rm } from 'node:fs/promises';
import { type Kysely, type RawBuilder, SqliteAdapter, SqliteIntrospector, SqliteQueryCompiler, sql } from 'kysely';
import type { ReadsRows, RowColumns } from '../../rows-statement.ts';
import type { Schema } from '../../schema.ts';
import type { StoreDialect } from '../dialect.ts';
import { openConnection } from './connection.ts';
import { SqliteDriver } from './driver.ts';
import { classifySqliteFault } from './faults.ts';

/** SQLite can undo what a transaction did to the schema; Kysely's own adapter does not rely on it, and migrates without one. */
class TransactionalAdapter extends SqliteAdapter implements ReadsRows {
  readonly texts = new Map<string, string>();

  override get supportsTransactionalDdl(): boolean {
    return true;
  }

  readRows(columns: RowColumns, json: string): RawBuilder<unknown> {
    const selected = Object.keys(columns).map(
      (name, index) => sql`json_extract(value, ${sql.lit(`$[${index}]`)}) as ${sql.id(name)}`,
    );
    return sql`(select ${sql.join(selected)} from json_each(${json}))`;
  }
}

/** SQLite in this process: a file, or `:memory:`. */
export function sqliteDialect(path: string): StoreDialect {
  return {
    name: 'sqlite',
    kysely: {
      createAdapter: () => new TransactionalAdapter(),
      createDriver: () => new SqliteDriver(() => openConnection(path)),
      createIntrospector: (db) => new SqliteIntrospector(db),
      createQueryCompiler: () => new SqliteQueryCompiler(),
    },
    classifyFault: classifySqliteFault,
    text: { upTo: (length) => `varchar(${length})`, long: 'text' },
    // autoincrement: a number is never given twice, even after its row has gone.
    countingKey: { type: 'integer', autoIncrement: true },
    // VACUUM INTO reads one snapshot and writes a compact copy; it refuses an existing file, so a stale one goes first.
    backup: async (db: Kysely<Schema>, target: string) => {
      await rm(target, { force: true });
      await sql`vacuum into ${target}`.execute(db);
    },
  };
}
