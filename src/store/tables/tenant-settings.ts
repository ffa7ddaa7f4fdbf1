import type { TenantId } from '../../core/ids.ts';
import { insertIfAbsent } from '../insert-if-absent.ts';
import type { Executor } from '../open-store.ts';

/** The sealed value of a setting of a tenant; undefined when it is not set. */
export async function findTenantSetting(db: Executor, tenant: TenantId, name: string): Promise<string | undefined> {
  const row = await db
    .selectFrom('tenant_settings')
    .select('value')
    .where('tenant_id', '=', tenant)
    .where('name', '=', name)
    .executeTakeFirst();
  return row?.value;
}

export async function setTenantSetting(
  db: Executor,
  tenant: TenantId,
  name: string,
  value: string,
  now: number,
): Promise<void> {
  const insert = db.insertInto('tenant_settings').values({ tenant_id: tenant, name, value, updated_at: now });
  const result = await insertIfAbsent(db, insert, ['tenant_id', 'name']).executeTakeFirst();
  if (result.numInsertedOrUpdatedRows === 1n) return;
  await db
    .updateTable('tenant_settings')
    .set({ value, updated_at: now })
    .where('tenant_id', '=', tenant)
    .where('name', '=', name)
    .execute();
}

export async function deleteTenantSetting(db: Executor, tenant: TenantId, name: string): Promise<void> {
  await db.deleteFrom('tenant_settings').where('tenant_id', '=', tenant).where('name', '=', name).execute();
}
