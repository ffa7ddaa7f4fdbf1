import { type RawBuilder, sql, type SqlBool } from 'kysely';
import { z } from 'zod';
import { invalidParameter } from '../core/errors.ts';
import type { Page } from '../core/model.ts';

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

/**
 * The rows behind a position, of a list that is ordered by (`created_at`, `id`): oldest or newest first. The time is compared once more
 * alone, because MariaDB finds no place in an index by a pair.
 */
export function behind(after: Position, order: 'asc' | 'desc'): RawBuilder<SqlBool> {
  return order === 'asc'
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
