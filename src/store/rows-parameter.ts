import {
  type AliasedRawBuilder,
  MysqlAdapter,
  type RawBuilder,
  type UpdateQueryBuilder,
  type UpdateResult,
} from 'kysely';
import type { Executor } from './open-store.ts';
import type { Schema } from './schema.ts';

/** What a column of rows that are given to a statement holds: `text` of a length that may be a key, `long` of any, or nothing. */
interface ColumnTypes {
  text: string;
  long: string | null;
  integer: number;
  'integer or null': number | null;
}

export type RowColumns = Readonly<Record<string, keyof ColumnTypes>>;

export type RowOf<Columns extends RowColumns> = { [Name in keyof Columns]: ColumnTypes[Columns[Name]] };

/** How a database reads rows out of one parameter of JSON: an array of arrays. */
export interface ReadsRows {
  readRows(columns: RowColumns, json: string): RawBuilder<unknown>;
}

/**
 * Rows as a table of the statement, by one parameter whatever their number: one statement for many, whose text stays the same and is
 * prepared once. Join tables of tenants to it by `tenant_id` first.
 */
export function rowsParameter<const Columns extends RowColumns, const Name extends string>(
  db: Executor,
  name: Name,
  columns: Columns,
  rows: readonly RowOf<Columns>[],
): AliasedRawBuilder<RowOf<Columns>, Name> {
  const { adapter } = db.getExecutor();
  if (!('readRows' in adapter)) throw new TypeError('the dialect does not read rows');
  const names = Object.keys(columns);
  const json = JSON.stringify(rows.map((row) => names.map((column) => row[column])));
  // Kysely's type of an adapter does not know what ours can do besides.
  const table = (adapter as unknown as ReadsRows).readRows(columns, json) as RawBuilder<RowOf<Columns>>;
  return table.as(name);
}

/** An update of a table by rows: `update … from`, which MariaDB and MySQL write as an update of two tables. */
export function updateFromRows<Table extends keyof Schema, Row, Name extends string>(
  db: Executor,
  table: Table,
  rows: AliasedRawBuilder<Row, Name>,
): UpdateQueryBuilder<Schema & Record<Name, Row>, Table, Table | Name, UpdateResult> {
  const update =
    db.getExecutor().adapter instanceof MysqlAdapter
      ? db.updateTable([table, rows] as never)
      : db.updateTable(table as never).from(rows as never);
  // The two builders differ in their types and in nothing that is used here.
  return update as unknown as UpdateQueryBuilder<Schema & Record<Name, Row>, Table, Table | Name, UpdateResult>;
}
