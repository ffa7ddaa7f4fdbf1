import { sql } from 'kysely';
import type { Executor } from '../open-store.ts';

/** Where sealed values stand; what a rotation of the keys has to go through. */
const sealedColumns = [
  { table: 'devices', column: 'secret', row: 'id' },
  { table: 'enrollments', column: 'prepared', row: 'id' },
  { table: 'enrollments', column: 'shown', row: 'id' },
  { table: 'credentials', column: 'secret_sealed', row: 'id' },
  { table: 'idempotency', column: 'body', row: 'idempotency_key' },
  { table: 'integrations', column: 'webhook', row: 'id' },
  { table: 'tenant_settings', column: 'value', row: 'name' },
  { table: 'outbox', column: 'message', row: 'id' },
] as const;

export interface SealedValue {
  place: { tenant: string; table: string; column: string; row: string };
  sealed: string;
}

/** Up to `limit` values that are not sealed with the given key: `v1.<key id>.…` names the key. */
export async function listStaleSealedValues(db: Executor, activeKeyId: string, limit: number): Promise<SealedValue[]> {
  const prefix = `v1.${activeKeyId}.`;
  const found: SealedValue[] = [];
  for (const { table, column, row } of sealedColumns) {
    if (found.length >= limit) break;
    const { rows } = await sql<{ tenant: string; sealed: string; row_id: string }>`
      select tenant_id as tenant, ${sql.ref(column)} as sealed, ${sql.ref(row)} as row_id
      from ${sql.table(table)}
      where ${sql.ref(column)} is not null and substr(${sql.ref(column)}, 1, ${prefix.length}) <> ${prefix}
      limit ${limit - found.length}`.execute(db);
    for (const value of rows) {
      found.push({ place: { tenant: value.tenant, table, column, row: value.row_id }, sealed: value.sealed });
    }
  }
  return found;
}

/** Puts a value sealed anew in the place of the old one, unless it has changed meanwhile. */
export async function replaceSealedValue(db: Executor, value: SealedValue, resealed: string): Promise<boolean> {
  const entry = sealedColumns.find(({ table, column }) => table === value.place.table && column === value.place.column);
  if (entry === undefined) throw new TypeError(`no sealed column ${value.place.table}.${value.place.column}`);
  const result = await sql`
    update ${sql.table(entry.table)} set ${sql.ref(entry.column)} = ${resealed}
    where tenant_id = ${value.place.tenant} and ${sql.ref(entry.row)} = ${value.place.row}
      and ${sql.ref(entry.column)} = ${value.sealed}`.execute(db);
  return result.numAffectedRows === 1n;
}
