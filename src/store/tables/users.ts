import type { TenantId } from '../../core/ids.ts';
import type { Page, User, UserStatus } from '../../core/model.ts';
import { insertIfAbsent } from '../insert-if-absent.ts';
import type { Executor } from '../open-store.ts';
import { type PageRequest, readPage } from '../page.ts';
import type { Schema } from '../schema.ts';

export function toUser(row: Schema['users']): User {
  return {
    id: row.id,
    tenantId: row.tenant_id as TenantId,
    realmId: row.realm_id,
    name: row.name,
    status: row.status as UserStatus,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
  };
}

/** False: the name is taken in this realm. One guarded statement, so of many at once one wins. */
export async function insertUser(db: Executor, user: User): Promise<boolean> {
  const row = {
    tenant_id: user.tenantId,
    id: user.id,
    realm_id: user.realmId,
    name: user.name,
    status: user.status,
    created_at: user.createdAt,
    updated_at: user.updatedAt,
  };
  const insert = insertIfAbsent(db, db.insertInto('users').values(row), ['tenant_id', 'realm_id', 'name']);
  const result = await insert.executeTakeFirst();
  return result.numInsertedOrUpdatedRows === 1n;
}

export async function findUser(db: Executor, tenant: TenantId, realm: string, id: string): Promise<User | undefined> {
  const row = await db
    .selectFrom('users')
    .selectAll()
    .where('tenant_id', '=', tenant)
    .where('id', '=', id)
    .where('realm_id', '=', realm)
    .executeTakeFirst();
  return row && toUser(row);
}

export async function findUserByName(
  db: Executor,
  tenant: TenantId,
  realm: string,
  name: string,
): Promise<User | undefined> {
  const row = await db
    .selectFrom('users')
    .selectAll()
    .where('tenant_id', '=', tenant)
    .where('realm_id', '=', realm)
    .where('name', '=', name)
    .executeTakeFirst();
  return row && toUser(row);
}

export async function listUsers(
  db: Executor,
  tenant: TenantId,
  realm: string,
  page: PageRequest,
  name: string | undefined,
): Promise<Page<User>> {
  let query = db.selectFrom('users').selectAll().where('tenant_id', '=', tenant).where('realm_id', '=', realm);
  if (name !== undefined) query = query.where('name', '=', name);
  return readPage(query, page, 'oldest first', toUser);
}

/** Keeps every other transaction from changing the user until this one ends; what is read after it stays true as long. */
export async function holdUser(db: Executor, tenant: TenantId, id: string): Promise<void> {
  await db
    .updateTable('users')
    .set((e) => ({ updated_at: e.ref('updated_at') }))
    .where('tenant_id', '=', tenant)
    .where('id', '=', id)
    .execute();
}

export async function updateUserStatus(
  db: Executor,
  tenant: TenantId,
  id: string,
  status: UserStatus,
  now: number,
): Promise<void> {
  await db
    .updateTable('users')
    .set({ status, updated_at: now })
    .where('tenant_id', '=', tenant)
    .where('id', '=', id)
    .execute();
}

/** Removes the user with everything that hangs on him. */
export async function deleteUser(db: Executor, user: User): Promise<boolean> {
  for (const table of ['challenges', 'devices', 'trusted_browsers'] as const) {
    await db.deleteFrom(table).where('tenant_id', '=', user.tenantId).where('user_id', '=', user.id).execute();
  }
  // By name: one that was begun before there was such a user knows no more of him, and would bring him back with its device.
  await db
    .deleteFrom('enrollments')
    .where('tenant_id', '=', user.tenantId)
    .where('user_name', '=', user.name)
    .where('integration_id', 'in', (e) =>
      e
        .selectFrom('integrations')
        .select('id')
        .where('tenant_id', '=', user.tenantId)
        .where('realm_id', '=', user.realmId),
    )
    .execute();
  const result = await db
    .deleteFrom('users')
    .where('tenant_id', '=', user.tenantId)
    .where('id', '=', user.id)
    .executeTakeFirst();
  return result.numDeletedRows === 1n;
}
