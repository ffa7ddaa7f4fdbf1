import type { TenantId } from '../../core/ids.ts';
import type { Executor } from '../open-store.ts';

/** The number of every object, in the order of the ids; those that have none get one. */
export async function assignNumbers(
  db: Executor,
  tenant: TenantId,
  type: string,
  ids: readonly string[],
): Promise<number[]> {
  if (ids.length === 0) return [];
  const find = () =>
    db
      .selectFrom('numbers')
      .select(['object_id', 'number'])
      .where('tenant_id', '=', tenant)
      .where('type', '=', type)
      .where('object_id', 'in', ids)
      .execute();
  const known = new Map((await find()).map((row) => [row.object_id, row.number]));
  const missing = ids.filter((id) => !known.has(id));
  if (missing.length > 0) {
    await db
      .insertInto('numbers')
      .values(missing.map((id) => ({ tenant_id: tenant, type, object_id: id })))
      .onConflict((conflict) => conflict.columns(['tenant_id', 'type', 'object_id']).doNothing())
      .execute();
    for (const row of await find()) known.set(row.object_id, row.number);
  }
  return ids.map((id) => {
    const number = known.get(id);
    if (number === undefined) throw new TypeError('a number that was just assigned is missing');
    return number;
  });
}

export async function findNumbered(
  db: Executor,
  tenant: TenantId,
  type: string,
  number: number,
): Promise<string | undefined> {
  const row = await db
    .selectFrom('numbers')
    .select('object_id')
    .where('tenant_id', '=', tenant)
    .where('type', '=', type)
    .where('number', '=', number)
    .executeTakeFirst();
  return row?.object_id;
}
