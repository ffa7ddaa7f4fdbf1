import { type RawBuilder, sql, type SqlBool } from 'kysely';

/**
 * The rows that are in a state now: an open one that has run out counts as expired, though nobody may have noted it yet. It has also when
 * it seems to begin further ahead than it lives (`isOver` of core).
 */
export function isInStateNow(state: string, open: readonly string[], now: number): RawBuilder<SqlBool> {
  const isOver = sql<SqlBool>`(expires_at <= ${now} or created_at - (expires_at - created_at) > ${now})`;
  if (open.includes(state)) return sql<SqlBool>`(state = ${state} and not ${isOver})`;
  if (state !== 'expired') return sql<SqlBool>`state = ${state}`;
  return sql<SqlBool>`(state = 'expired' or (state in (${sql.join([...open])}) and ${isOver}))`;
}
