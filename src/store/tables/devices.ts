import { sql } from 'kysely';
import type { TenantId } from '../../core/ids.ts';
import type { DeviceStatus } from '../../core/model.ts';
import { insertIfAbsent } from '../insert-if-absent.ts';
import type { Executor } from '../open-store.ts';
import { countOf, executeForRows, rowsStatement, updateFromRows } from '../rows-statement.ts';
import type { Schema } from '../schema.ts';

/** A device as it is stored: the secret sealed, the counters as JSON text. */
export interface StoredDevice {
  tenantId: TenantId;
  id: string;
  userId: string;
  kind: string;
  name: string;
  status: DeviceStatus;
  secret: string;
  counters: string;
  version: number;
  readable: boolean;
  /** The keyed hash of the name by which its kind finds it; no two devices of a tenant share one. */
  lookup: string | undefined;
  createdAt: number;
  lastUsedAt: number | undefined;
}

export function toDevice(row: Schema['devices']): StoredDevice {
  return {
    tenantId: row.tenant_id as TenantId,
    id: row.id,
    userId: row.user_id,
    kind: row.kind,
    name: row.name,
    status: row.status as DeviceStatus,
    secret: row.secret,
    counters: row.counters,
    version: row.version,
    readable: row.readable === 1,
    lookup: row.lookup ?? undefined,
    createdAt: row.created_at,
    lastUsedAt: row.last_used_at ?? undefined,
  };
}

/** False: the user has a device of this name. */
export async function insertDevice(db: Executor, device: StoredDevice): Promise<boolean> {
  const row = {
    tenant_id: device.tenantId,
    id: device.id,
    user_id: device.userId,
    kind: device.kind,
    name: device.name,
    status: device.status,
    secret: device.secret,
    counters: device.counters,
    version: device.version,
    readable: device.readable ? 1 : 0,
    lookup: device.lookup ?? null,
    created_at: device.createdAt,
    updated_at: device.createdAt,
    last_used_at: device.lastUsedAt ?? null,
  };
  const insert = insertIfAbsent(db, db.insertInto('devices').values(row), ['tenant_id', 'user_id', 'name']);
  const result = await insert.executeTakeFirst();
  return result.numInsertedOrUpdatedRows === 1n;
}

export async function findDevice(db: Executor, tenant: TenantId, id: string): Promise<StoredDevice | undefined> {
  const row = await db
    .selectFrom('devices')
    .selectAll()
    .where('tenant_id', '=', tenant)
    .where('id', '=', id)
    .executeTakeFirst();
  return row && toDevice(row);
}

/** The device that a kind has given this name; see {@link StoredDevice.lookup}. */
export async function findDeviceByLookup(
  db: Executor,
  tenant: TenantId,
  lookup: string,
): Promise<StoredDevice | undefined> {
  const row = await db
    .selectFrom('devices')
    .selectAll()
    .where('tenant_id', '=', tenant)
    .where('lookup', '=', lookup)
    .executeTakeFirst();
  return row && toDevice(row);
}

/** All devices of a user, oldest first. */
export async function listDevices(db: Executor, tenant: TenantId, userId: string): Promise<StoredDevice[]> {
  const rows = await db
    .selectFrom('devices')
    .selectAll()
    .where('tenant_id', '=', tenant)
    .where('user_id', '=', userId)
    .orderBy('created_at')
    .orderBy('id')
    .execute();
  return rows.map(toDevice);
}

/** What an active device is to become, if it still is of the version that the verdict was computed from. */
export interface Advance {
  tenant: TenantId;
  id: string;
  version: number;
  nextVersion: number;
  counters: string;
  /** Undefined: as it was. */
  secret?: string;
  lastUsedAt?: number;
}

const advancing = rowsStatement({
  text: 'advance devices',
  name: 'next',
  columns: {
    tenant_id: 'text',
    device_id: 'text',
    expected_version: 'integer',
    next_version: 'integer',
    next_counters: 'long',
    next_secret: 'long',
    used_at: 'integer or null',
  },
  build: (db, next) =>
    updateFromRows(db, 'devices', next)
      .set({
        counters: sql<string>`next.next_counters`,
        secret: sql<string>`coalesce(next.next_secret, devices.secret)`,
        version: sql<number>`next.next_version`,
        last_used_at: sql<number | null>`coalesce(next.used_at, devices.last_used_at)`,
      })
      .whereRef('devices.tenant_id', '=', 'next.tenant_id')
      .whereRef('devices.id', '=', 'next.device_id')
      .whereRef('devices.version', '=', 'next.expected_version')
      .where('devices.status', '=', sql.lit('active')),
});

/**
 * The one statement by which answers are accepted (design law 3): a device advances only from the version that its verdict was computed
 * from, and only while it is active. Answers how many did; if not all, somebody else was first with the others.
 */
export async function advanceDevices(db: Executor, advances: readonly Advance[]): Promise<number> {
  const rows = advances.map((advance) => ({
    tenant_id: advance.tenant,
    device_id: advance.id,
    expected_version: advance.version,
    next_version: advance.nextVersion,
    next_counters: advance.counters,
    next_secret: advance.secret ?? null,
    used_at: advance.lastUsedAt ?? null,
  }));
  // In one order, so that two of these do not wait for each other.
  return countOf(
    await executeForRows(
      db,
      advancing,
      rows.toSorted((a, b) => (a.device_id < b.device_id ? -1 : 1)),
    ),
  );
}

/** Replaces what a device is made of, on the version that was read. */
export async function replaceDevice(
  db: Executor,
  device: StoredDevice,
  next: { counters: string; secret: string },
  now: number,
): Promise<boolean> {
  const result = await db
    .updateTable('devices')
    .set({ ...next, version: device.version + 1, updated_at: now })
    .where('tenant_id', '=', device.tenantId)
    .where('id', '=', device.id)
    .where('version', '=', device.version)
    .executeTakeFirst();
  return result.numUpdatedRows === 1n;
}

export type DeviceChange = { name: string } | { status: DeviceStatus } | { readable: boolean };

export async function updateDevice(
  db: Executor,
  tenant: TenantId,
  id: string,
  change: DeviceChange,
  now: number,
): Promise<void> {
  const set = 'readable' in change ? { readable: change.readable ? 1 : 0 } : change;
  await db
    .updateTable('devices')
    .set((e) => ({ ...set, version: e('version', '+', 1), updated_at: now }))
    .where('tenant_id', '=', tenant)
    .where('id', '=', id)
    .execute();
}

export async function deleteDevice(db: Executor, tenant: TenantId, id: string): Promise<boolean> {
  await db.deleteFrom('challenges').where('tenant_id', '=', tenant).where('device_id', '=', id).execute();
  const result = await db.deleteFrom('devices').where('tenant_id', '=', tenant).where('id', '=', id).executeTakeFirst();
  return result.numDeletedRows === 1n;
}
