import type { TenantId } from '../../core/ids.ts';
import type { Administrator } from '../../core/model.ts';
import type { Executor } from '../open-store.ts';
import type { Schema } from '../schema.ts';

export interface StoredAdministrator extends Administrator {
  passwordHash: string;
}

function toAdministrator(row: Schema['administrators']): StoredAdministrator {
  return {
    id: row.id,
    tenantId: row.tenant_id as TenantId,
    login: row.login,
    email: row.email,
    firstName: row.first_name,
    lastName: row.last_name,
    active: row.active === 1,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
    passwordHash: row.password_hash,
  };
}

export async function insertAdministrator(db: Executor, administrator: StoredAdministrator): Promise<void> {
  await db
    .insertInto('administrators')
    .values({
      tenant_id: administrator.tenantId,
      id: administrator.id,
      login: administrator.login,
      email: administrator.email,
      first_name: administrator.firstName,
      last_name: administrator.lastName,
      password_hash: administrator.passwordHash,
      active: administrator.active ? 1 : 0,
      created_at: administrator.createdAt,
      updated_at: administrator.updatedAt,
    })
    .execute();
}

/** By login: the one look-up of an administrator that is not confined to a tenant, because the login names the tenant. */
export async function findAdministratorByLogin(db: Executor, login: string): Promise<StoredAdministrator | undefined> {
  const row = await db.selectFrom('administrators').selectAll().where('login', '=', login).executeTakeFirst();
  return row && toAdministrator(row);
}

export async function findAdministrator(
  db: Executor,
  tenant: TenantId,
  id: string,
): Promise<StoredAdministrator | undefined> {
  const row = await db
    .selectFrom('administrators')
    .selectAll()
    .where('tenant_id', '=', tenant)
    .where('id', '=', id)
    .executeTakeFirst();
  return row && toAdministrator(row);
}

/**
 * Keeps every other transaction from changing the administrator, without an id every one of the tenant, until this one ends; what is
 * read after it stays true as long.
 */
export async function holdAdministrators(db: Executor, tenant: TenantId, id?: string): Promise<void> {
  const all = db
    .updateTable('administrators')
    .set((e) => ({ updated_at: e.ref('updated_at') }))
    .where('tenant_id', '=', tenant);
  await (id === undefined ? all : all.where('id', '=', id)).execute();
}

/** Stores what may change of an administrator. */
export async function updateAdministrator(db: Executor, administrator: StoredAdministrator): Promise<void> {
  await db
    .updateTable('administrators')
    .set({
      password_hash: administrator.passwordHash,
      active: administrator.active ? 1 : 0,
      updated_at: administrator.updatedAt,
    })
    .where('tenant_id', '=', administrator.tenantId)
    .where('id', '=', administrator.id)
    .execute();
}

export async function countActiveAdministrators(db: Executor, tenant: TenantId): Promise<number> {
  const { active } = await db
    .selectFrom('administrators')
    .select((e) => e.fn.countAll<number | string | bigint>().as('active'))
    .where('tenant_id', '=', tenant)
    .where('active', '=', 1)
    .executeTakeFirstOrThrow();
  return Number(active);
}

export async function listAdministrators(db: Executor, tenant: TenantId): Promise<Administrator[]> {
  const rows = await db
    .selectFrom('administrators')
    .selectAll()
    .where('tenant_id', '=', tenant)
    .orderBy('created_at')
    .execute();
  return rows.map((row) => {
    const { passwordHash: _, ...administrator } = toAdministrator(row);
    return administrator;
  });
}
