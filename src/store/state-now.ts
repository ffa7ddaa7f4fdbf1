import { type RawBuilder, sql, type SqlBool } from 'kysely';

/** The rows that are in a state now: an open one that has run out counts as expired, though nobody may have noted it yet. */
export function isInStateNow(state: string, open: readonly string[], now: number): RawBuilder<SqlBool> {
  if (open.includes(state)) return sql<SqlBool>`(state = ${state} and expires_at > ${now})`;
  if (state !== 'expired') return sql<SqlBool>`state = ${state}`;
  return sql<SqlBool>`(state = 'expired' or (state in (${sql.join([...open])}) and expires_at <= ${now}))`;
}
