import { type InsertQueryBuilder, type InsertResult, MysqlAdapter, sql } from 'kysely';
import type { Executor } from './open-store.ts';
import type { Schema } from './schema.ts';

/** The row was inserted, or one of the same key is there already and stays as it is: `numInsertedOrUpdatedRows` is 1 or 0. */
export function insertIfAbsent<Table extends keyof Schema>(
  db: Executor,
  insert: InsertQueryBuilder<Schema, Table, InsertResult>,
  key: readonly (keyof Schema[Table] & string)[],
): InsertQueryBuilder<Schema, Table, InsertResult> {
  if (db.getExecutor().adapter instanceof MysqlAdapter) {
    // Not `insert ignore`, which makes other values fit too. Setting a column to itself changes nothing and counts no row.
    const [column] = key;
    return insert.onDuplicateKeyUpdate({ [String(column)]: sql.ref(String(column)) } as never);
  }
  return insert.onConflict((conflict) => conflict.columns(key).doNothing());
}
