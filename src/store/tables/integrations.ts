import type { TenantId } from '../../core/ids.ts';
import type { Integration, JsonObject, Page } from '../../core/model.ts';
import { policySchema } from '../../core/policy/policy.ts';
import type { Executor } from '../open-store.ts';
import { type PageRequest, readPage } from '../page.ts';
import type { Schema } from '../schema.ts';

function toIntegration(row: Schema['integrations']): Integration {
  return {
    id: row.id,
    tenantId: row.tenant_id as TenantId,
    realmId: row.realm_id,
    name: row.name,
    notes: row.notes,
    endpoint: row.endpoint,
    active: row.active === 1,
    policy: policySchema.parse(JSON.parse(row.policy)),
    doors: JSON.parse(row.doors) as Record<string, JsonObject>,
    kinds: JSON.parse(row.kinds) as Record<string, JsonObject>,
    ...(row.webhook === null ? {} : { hasWebhook: true }),
    createdAt: row.created_at,
    updatedAt: row.updated_at,
  };
}

function toColumns(integration: Integration) {
  return {
    name: integration.name,
    notes: integration.notes,
    endpoint: integration.endpoint,
    active: integration.active ? 1 : 0,
    policy: JSON.stringify(integration.policy),
    doors: JSON.stringify(integration.doors),
    kinds: JSON.stringify(integration.kinds),
    updated_at: integration.updatedAt,
  };
}

export async function insertIntegration(db: Executor, integration: Integration): Promise<void> {
  await db
    .insertInto('integrations')
    .values({
      tenant_id: integration.tenantId,
      id: integration.id,
      realm_id: integration.realmId,
      created_at: integration.createdAt,
      ...toColumns(integration),
    })
    .execute();
}

export async function updateIntegration(db: Executor, integration: Integration): Promise<void> {
  await db
    .updateTable('integrations')
    .set(toColumns(integration))
    .where('tenant_id', '=', integration.tenantId)
    .where('id', '=', integration.id)
    .execute();
}

export async function findIntegration(db: Executor, tenant: TenantId, id: string): Promise<Integration | undefined> {
  const row = await db
    .selectFrom('integrations')
    .selectAll()
    .where('tenant_id', '=', tenant)
    .where('id', '=', id)
    .executeTakeFirst();
  return row && toIntegration(row);
}

/** The sealed webhook of an integration; undefined when it has none. */
export async function findWebhook(db: Executor, tenant: TenantId, id: string): Promise<string | undefined> {
  const row = await db
    .selectFrom('integrations')
    .select('webhook')
    .where('tenant_id', '=', tenant)
    .where('id', '=', id)
    .executeTakeFirst();
  return row?.webhook ?? undefined;
}

/** Sets the sealed webhook of an integration, or takes it away. */
export async function setWebhook(
  db: Executor,
  tenant: TenantId,
  id: string,
  webhook: string | undefined,
  now: number,
): Promise<void> {
  await db
    .updateTable('integrations')
    .set({ webhook: webhook ?? null, updated_at: now })
    .where('tenant_id', '=', tenant)
    .where('id', '=', id)
    .execute();
}

/** Keeps every other transaction from changing the integration until this one ends; what is read after it stays true as long. */
export async function holdIntegration(db: Executor, tenant: TenantId, id: string): Promise<void> {
  await db
    .updateTable('integrations')
    .set((e) => ({ updated_at: e.ref('updated_at') }))
    .where('tenant_id', '=', tenant)
    .where('id', '=', id)
    .execute();
}

export async function listIntegrations(db: Executor, tenant: TenantId, page: PageRequest): Promise<Page<Integration>> {
  const query = db.selectFrom('integrations').selectAll().where('tenant_id', '=', tenant);
  return readPage(query, page, 'oldest first', toIntegration);
}

export async function deleteIntegration(db: Executor, tenant: TenantId, id: string): Promise<boolean> {
  for (const table of ['enrollments', 'challenges', 'idempotency', 'trusted_browsers', 'outbox'] as const) {
    await db.deleteFrom(table).where('tenant_id', '=', tenant).where('integration_id', '=', id).execute();
  }
  await db.deleteFrom('credentials').where('tenant_id', '=', tenant).where('owner_id', '=', id).execute();
  const result = await db
    .deleteFrom('integrations')
    .where('tenant_id', '=', tenant)
    .where('id', '=', id)
    .executeTakeFirst();
  return result.numDeletedRows === 1n;
}
