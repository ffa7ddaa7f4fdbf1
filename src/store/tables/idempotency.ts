import type { TenantId } from '../../core/ids.ts';
import { insertIfAbsent } from '../insert-if-absent.ts';
import type { Executor } from '../open-store.ts';

export interface IdempotencyKey {
  tenantId: TenantId;
  integrationId: string;
  key: string;
}

export interface StoredAnswer {
  fingerprint: string;
  status: number | undefined;
  body: string | undefined;
}

/** True: the key was free and is now taken. An expired key is free. */
export async function claimIdempotencyKey(
  db: Executor,
  { tenantId, integrationId, key }: IdempotencyKey,
  fingerprint: string,
  now: number,
  expiresAt: number,
): Promise<boolean> {
  await db
    .deleteFrom('idempotency')
    .where('tenant_id', '=', tenantId)
    .where('integration_id', '=', integrationId)
    .where('idempotency_key', '=', key)
    .where('expires_at', '<=', now)
    .execute();
  const row = {
    tenant_id: tenantId,
    integration_id: integrationId,
    idempotency_key: key,
    fingerprint,
    status: null,
    body: null,
    created_at: now,
    expires_at: expiresAt,
  };
  const insert = db.insertInto('idempotency').values(row);
  const result = await insertIfAbsent(db, insert, [
    'tenant_id',
    'integration_id',
    'idempotency_key',
  ]).executeTakeFirst();
  return result.numInsertedOrUpdatedRows === 1n;
}

export async function findIdempotentAnswer(
  db: Executor,
  { tenantId, integrationId, key }: IdempotencyKey,
): Promise<StoredAnswer | undefined> {
  const row = await db
    .selectFrom('idempotency')
    .select(['fingerprint', 'status', 'body'])
    .where('tenant_id', '=', tenantId)
    .where('integration_id', '=', integrationId)
    .where('idempotency_key', '=', key)
    .executeTakeFirst();
  return row && { fingerprint: row.fingerprint, status: row.status ?? undefined, body: row.body ?? undefined };
}

export async function storeIdempotentAnswer(
  db: Executor,
  { tenantId, integrationId, key }: IdempotencyKey,
  answer: { status: number; body: string; expires_at: number },
): Promise<void> {
  await db
    .updateTable('idempotency')
    .set(answer)
    .where('tenant_id', '=', tenantId)
    .where('integration_id', '=', integrationId)
    .where('idempotency_key', '=', key)
    .execute();
}

/** The request failed: the key is free again. */
export async function releaseIdempotencyKey(
  db: Executor,
  { tenantId, integrationId, key }: IdempotencyKey,
): Promise<void> {
  await db
    .deleteFrom('idempotency')
    .where('tenant_id', '=', tenantId)
    .where('integration_id', '=', integrationId)
    .where('idempotency_key', '=', key)
    .where('status', 'is', null)
    .execute();
}
