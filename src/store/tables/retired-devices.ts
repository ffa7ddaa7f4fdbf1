import type { TenantId } from '../../core/ids.ts';
import type { Executor } from '../open-store.ts';

/** Which devices are about to be removed. */
export interface RetiringDevices {
  tenant: TenantId;
  /** Of one user, or one device alone. */
  of: { userId: string } | { deviceId: string };
  /** Kinds whose devices count, and may come back. */
  kinds: readonly string[];
}

/**
 * Keeps how far devices have counted that are about to be removed, under the name by which their kind finds them: who comes back must not
 * begin anew, or all that he has ever answered would be good again.
 */
export async function retireDevices(db: Executor, { tenant, of, kinds }: RetiringDevices): Promise<void> {
  if (kinds.length === 0) return;
  const [column, value] = 'userId' in of ? (['user_id', of.userId] as const) : (['id', of.deviceId] as const);
  // Held first: an answer that is being accepted must not advance what was read.
  await db
    .updateTable('devices')
    .set((e) => ({ version: e('version', '+', 1) }))
    .where('tenant_id', '=', tenant)
    .where(column, '=', value)
    .where('kind', 'in', kinds)
    .execute();
  const devices = await db
    .selectFrom('devices')
    .select(['lookup', 'counters'])
    .where('tenant_id', '=', tenant)
    .where(column, '=', value)
    .where('kind', 'in', kinds)
    .execute();
  for (const { lookup, counters } of devices) {
    if (lookup === null) continue;
    await db.deleteFrom('retired_devices').where('tenant_id', '=', tenant).where('lookup', '=', lookup).execute();
    await db.insertInto('retired_devices').values({ tenant_id: tenant, lookup, counters }).execute();
  }
}

/** How far the last device of this name had counted when it was removed: its counters as JSON. */
export async function findRetiredCounters(db: Executor, tenant: TenantId, lookup: string): Promise<string | undefined> {
  const row = await db
    .selectFrom('retired_devices')
    .select('counters')
    .where('tenant_id', '=', tenant)
    .where('lookup', '=', lookup)
    .executeTakeFirst();
  return row?.counters;
}
