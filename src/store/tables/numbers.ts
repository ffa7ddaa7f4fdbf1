import type { TenantId } from '../../core/ids.ts';
import { insertIfAbsent } from '../insert-if-absent.ts';
import type { Executor } from '../open-store.ts';

/** The numbers that objects have already. */
export async function findNumbers(
  db: Executor,
  tenant: TenantId,
  type: string,
  ids: readonly string[],
): Promise<Map<string, number>> {
  if (ids.length === 0) return new Map();
  const rows = await db
    .selectFrom('numbers')
    .select(['object_id', 'number'])
    .where('tenant_id', '=', tenant)
    .where('type', '=', type)
    .where('object_id', 'in', ids)
    .execute();
  return new Map(rows.map((row) => [row.object_id, row.number]));
}

/** Gives a number to each object that has none; of two at the same time the first gives it. */
export async function insertNumbers(
  db: Executor,
  tenant: TenantId,
  type: string,
  ids: readonly string[],
): Promise<void> {
  // In one order, so that two who give numbers to the same objects do not wait for one another.
  const rows = ids.toSorted().map((id) => ({ tenant_id: tenant, type, object_id: id }));
  await insertIfAbsent(db, db.insertInto('numbers').values(rows), ['tenant_id', 'type', 'object_id']).execute();
}

/** The object that has this number, of whichever tenant: a number is given once in the whole installation. */
export async function findNumberOwner(
  db: Executor,
  type: string,
  number: number,
): Promise<{ tenantId: TenantId; objectId: string } | undefined> {
  if (!Number.isSafeInteger(number)) return undefined;
  const row = await db
    .selectFrom('numbers')
    .select(['tenant_id', 'object_id'])
    .where('number', '=', number)
    .where('type', '=', type)
    .executeTakeFirst();
  return row && { tenantId: row.tenant_id as TenantId, objectId: row.object_id };
}

export async function findNumbered(
  db: Executor,
  tenant: TenantId,
  type: string,
  number: number,
): Promise<string | undefined> {
  if (!Number.isSafeInteger(number)) return undefined;
  const row = await db
    .selectFrom('numbers')
    .select('object_id')
    .where('tenant_id', '=', tenant)
    .where('type', '=', type)
    .where('number', '=', number)
    .executeTakeFirst();
  return row?.object_id;
}
