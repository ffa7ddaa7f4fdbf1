import {
  type AliasedRawBuilder,
  type Compilable,
  CompiledQuery,
  MysqlAdapter,
  type QueryResult,
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

/** What an adapter of ours can do besides Kysely's: read rows out of one parameter of JSON, an array of arrays. */
export interface ReadsRows {
  readRows(columns: RowColumns, json: string): RawBuilder<unknown>;
  /** The texts of the statements that were compiled before, by their names. */
  readonly texts: Map<string, string>;
}

/** A statement on rows that are given to it, the same text for any number of them. */
export interface RowsStatement<Columns extends RowColumns, Name extends string, Result> {
  /** One per text. */
  text: string;
  /** The name of the rows in the statement. */
  name: Name;
  columns: Columns;
  /** Every value but the rows has to be a literal. Join tables of tenants to the rows by `tenant_id` first. */
  build: (db: Executor, rows: AliasedRawBuilder<RowOf<Columns>, Name>) => Compilable<Result>;
}

/** The statement as it is written, with the types of its parts. */
export function rowsStatement<const Columns extends RowColumns, const Name extends string, Result>(
  statement: RowsStatement<Columns, Name, Result>,
): RowsStatement<Columns, Name, Result> {
  return statement;
}

/**
 * Carries out one statement for many rows. It is compiled once for a store: that takes longer than to carry it out.
 */
export async function executeForRows<Columns extends RowColumns, Name extends string, Result>(
  db: Executor,
  { text, name, columns, build }: RowsStatement<Columns, Name, Result>,
  rows: readonly RowOf<Columns>[],
): Promise<QueryResult<Result>> {
  const executor = db.getExecutor();
  // Kysely's type of an adapter does not know what ours can do besides.
  const adapter = executor.adapter as unknown as ReadsRows;
  const names = Object.keys(columns);
  const json = JSON.stringify(rows.map((row) => names.map((column) => row[column])));
  const known = adapter.texts.get(text);
  // A plugin is there to see every statement as it is built.
  if (known !== undefined && executor.plugins.length === 0)
    return db.executeQuery<Result>(CompiledQuery.raw(known, [json]));
  const table = adapter.readRows(columns, json) as RawBuilder<RowOf<Columns>>;
  const compiled = build(db, table.as(name)).compile();
  if (compiled.parameters.length !== 1) throw new TypeError(`${text} takes more than rows`);
  adapter.texts.set(text, compiled.sql);
  return db.executeQuery(compiled);
}

/** How many rows a statement has changed. */
export function countOf({ numAffectedRows }: QueryResult<unknown>): number {
  return Number(numAffectedRows ?? 0n);
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
