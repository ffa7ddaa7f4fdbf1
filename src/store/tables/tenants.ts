import { platformTenant, type TenantId } from '../../core/ids.ts';
import type { Page, Realm, Tenant } from '../../core/model.ts';
import { insertIfAbsent } from '../insert-if-absent.ts';
import type { Executor } from '../open-store.ts';
import { type PageRequest, readPage } from '../page.ts';
import type { Schema } from '../schema.ts';

function toTenant(row: Schema['tenants']): Tenant {
  return {
    id: row.id as TenantId,
    name: row.name,
    active: row.active === 1,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
  };
}

function toRow(tenant: Tenant): Schema['tenants'] {
  return {
    id: tenant.id,
    name: tenant.name,
    active: tenant.active ? 1 : 0,
    created_at: tenant.createdAt,
    updated_at: tenant.updatedAt,
  };
}

export async function insertTenant(db: Executor, tenant: Tenant): Promise<void> {
  await db.insertInto('tenants').values(toRow(tenant)).execute();
}

/** The same for a tenant whose id is fixed; of two who make it at once the first does. */
export async function ensureTenant(db: Executor, tenant: Tenant): Promise<void> {
  await insertIfAbsent(db, db.insertInto('tenants').values(toRow(tenant)), ['id']).execute();
}

export async function findTenant(db: Executor, id: TenantId): Promise<Tenant | undefined> {
  const row = await db.selectFrom('tenants').selectAll().where('id', '=', id).executeTakeFirst();
  return row && toTenant(row);
}

export async function findTenantByName(db: Executor, name: string): Promise<Tenant | undefined> {
  const row = await db.selectFrom('tenants').selectAll().where('name', '=', name).executeTakeFirst();
  return row && toTenant(row);
}

/** Every tenant but the platform's own, oldest first. */
export async function listTenants(db: Executor, page: PageRequest): Promise<Page<Tenant>> {
  const query = db.selectFrom('tenants').selectAll().where('id', '!=', platformTenant);
  return readPage(query, page, 'oldest first', toTenant);
}

export async function updateTenantActive(db: Executor, id: TenantId, active: boolean, now: number): Promise<void> {
  await db
    .updateTable('tenants')
    .set({ active: active ? 1 : 0, updated_at: now })
    .where('id', '=', id)
    .execute();
}

/** False: the tenant has a realm of this name. */
export async function insertRealm(db: Executor, realm: Realm, now: number): Promise<boolean> {
  const row = { tenant_id: realm.tenantId, id: realm.id, name: realm.name, created_at: now };
  const insert = insertIfAbsent(db, db.insertInto('realms').values(row), ['tenant_id', 'name']);
  return (await insert.executeTakeFirst()).numInsertedOrUpdatedRows === 1n;
}

export async function findRealmByName(db: Executor, tenant: TenantId, name: string): Promise<Realm | undefined> {
  const row = await db
    .selectFrom('realms')
    .selectAll()
    .where('tenant_id', '=', tenant)
    .where('name', '=', name)
    .executeTakeFirst();
  return row && { id: row.id, tenantId: tenant, name: row.name };
}

export async function listRealms(db: Executor, tenant: TenantId): Promise<Realm[]> {
  const rows = await db
    .selectFrom('realms')
    .selectAll()
    .where('tenant_id', '=', tenant)
    .orderBy('created_at')
    .execute();
  return rows.map((row) => ({ id: row.id, tenantId: tenant, name: row.name }));
}
