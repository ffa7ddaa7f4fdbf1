import { type RawBuilder, type SelectQueryBuilder, sql, type SqlBool } from 'kysely';
import { z } from 'zod';
import { invalidParameter } from '../core/errors.ts';
import type { Page } from '../core/model.ts';
import type { Schema } from './schema.ts';

/** Where a page begins: after this row, in the order (time, id). */
export interface Position {
  at: number;
  id: string;
}

export interface PageRequest {
  limit: number;
  after: Position | undefined;
}

// No control characters: not every database takes a NUL.
const position = z.tuple([
  z.int().min(0),
  z
    .string()
    .max(200)
    .regex(/^\P{Cc}*$/u),
]);

/** Checks the limit and opens the cursor of a list request. A cursor is data: a forged one can only move the start. */
export function parsePage(options: { limit?: number; cursor?: string } = {}): PageRequest {
  const limit = options.limit ?? 50;
  if (!Number.isInteger(limit) || limit < 1 || limit > 500)
    throw invalidParameter('limit', 'must be between 1 and 500');
  if (options.cursor === undefined) return { limit, after: undefined };
  try {
    const [at, id] = position.parse(JSON.parse(Buffer.from(options.cursor, 'base64url').toString('utf8')));
    return { limit, after: { at, id } };
  } catch {
    throw invalidParameter('cursor', 'is not a cursor of this list');
  }
}

/** A row of a table that is listed by (`created_at`, `id`). */
interface Listed {
  created_at: number;
  id: string;
}

/** Reads one page of a table that is listed by (`created_at`, `id`): `query` says which rows of it. */
export async function readPage<Table extends keyof Schema, Row extends Listed, T>(
  query: SelectQueryBuilder<Schema, Table, Row>,
  { limit, after }: PageRequest,
  order: 'oldest first' | 'newest first',
  convert: (row: Row) => T,
): Promise<Page<T>> {
  const direction = order === 'oldest first' ? 'asc' : 'desc';
  const rows = await (after === undefined ? query : query.where(behind(after, direction)))
    .orderBy(sql`created_at`, direction)
    .orderBy(sql`id`, direction)
    .limit(limit + 1)
    .execute();
  return toPage(rows, limit, convert, (row) => ({ at: row.created_at, id: row.id }));
}

/** The rows behind a position. The time is compared once more alone, because MariaDB finds no place in an index by a pair. */
function behind(after: Position, direction: 'asc' | 'desc'): RawBuilder<SqlBool> {
  return direction === 'asc'
    ? sql<SqlBool>`created_at >= ${after.at} and (created_at, id) > (${after.at}, ${after.id})`
    : sql<SqlBool>`created_at <= ${after.at} and (created_at, id) < (${after.at}, ${after.id})`;
}

/** Turns `limit + 1` rows into a page and the cursor of the next. */
export function toPage<Row, T>(
  rows: Row[],
  limit: number,
  convert: (row: Row) => T,
  place: (row: Row) => Position,
): Page<T> {
  const shown = rows.slice(0, limit);
  const last = shown.at(-1);
  const items = shown.map(convert);
  if (rows.length <= limit || last === undefined) return { items };
  const { at, id } = place(last);
  return { items, next: Buffer.from(JSON.stringify([at, id])).toString('base64url') };
}
