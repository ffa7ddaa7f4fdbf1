import type { TenantId } from '../../core/ids.ts';
import type { TrustedBrowser } from '../../core/model.ts';
import type { Executor } from '../open-store.ts';
import type { Schema } from '../schema.ts';

/** A trusted browser with what is kept of its token. */
export interface StoredTrustedBrowser extends TrustedBrowser {
  tenantId: TenantId;
  tokenHash: string;
  /** Of the token before the last rotation. */
  previousHash: string | undefined;
  rotatedAt: number;
}

function toTrustedBrowser(row: Schema['trusted_browsers']): StoredTrustedBrowser {
  return {
    tenantId: row.tenant_id as TenantId,
    id: row.id,
    integrationId: row.integration_id,
    userId: row.user_id,
    name: row.name,
    tokenHash: row.token_hash,
    previousHash: row.previous_hash ?? undefined,
    rotatedAt: row.rotated_at,
    createdAt: row.created_at,
    ...(row.last_used_at === null ? {} : { lastUsedAt: row.last_used_at }),
    expiresAt: row.expires_at,
  };
}

export async function insertTrustedBrowser(db: Executor, browser: StoredTrustedBrowser): Promise<void> {
  await db
    .insertInto('trusted_browsers')
    .values({
      tenant_id: browser.tenantId,
      id: browser.id,
      integration_id: browser.integrationId,
      user_id: browser.userId,
      name: browser.name,
      token_hash: browser.tokenHash,
      previous_hash: browser.previousHash ?? null,
      rotated_at: browser.rotatedAt,
      created_at: browser.createdAt,
      last_used_at: browser.lastUsedAt ?? null,
      expires_at: browser.expiresAt,
    })
    .execute();
}

export async function findTrustedBrowser(
  db: Executor,
  tenant: TenantId,
  id: string,
): Promise<StoredTrustedBrowser | undefined> {
  const row = await db
    .selectFrom('trusted_browsers')
    .selectAll()
    .where('tenant_id', '=', tenant)
    .where('id', '=', id)
    .executeTakeFirst();
  return row && toTrustedBrowser(row);
}

/** Those of a user at one integration, oldest first; what has run out among them. */
export async function listTrustedBrowsers(
  db: Executor,
  tenant: TenantId,
  integrationId: string,
  userId: string,
): Promise<StoredTrustedBrowser[]> {
  const rows = await db
    .selectFrom('trusted_browsers')
    .selectAll()
    .where('tenant_id', '=', tenant)
    .where('user_id', '=', userId)
    .where('integration_id', '=', integrationId)
    .orderBy('created_at')
    .orderBy('id')
    .execute();
  return rows.map(toTrustedBrowser);
}

/** Replaces the token of a browser, on the token that was presented. False: another request was first, or the browser is gone. */
export async function rotateTrustedBrowser(
  db: Executor,
  browser: StoredTrustedBrowser,
  tokenHash: string,
  now: number,
): Promise<boolean> {
  const result = await db
    .updateTable('trusted_browsers')
    .set({ token_hash: tokenHash, previous_hash: browser.tokenHash, rotated_at: now, last_used_at: now })
    .where('tenant_id', '=', browser.tenantId)
    .where('id', '=', browser.id)
    .where('token_hash', '=', browser.tokenHash)
    .executeTakeFirst();
  return result.numUpdatedRows === 1n;
}

export async function renameTrustedBrowser(db: Executor, tenant: TenantId, id: string, name: string): Promise<void> {
  await db.updateTable('trusted_browsers').set({ name }).where('tenant_id', '=', tenant).where('id', '=', id).execute();
}

export async function deleteTrustedBrowser(db: Executor, tenant: TenantId, id: string): Promise<boolean> {
  const result = await db
    .deleteFrom('trusted_browsers')
    .where('tenant_id', '=', tenant)
    .where('id', '=', id)
    .executeTakeFirst();
  return result.numDeletedRows === 1n;
}

/** Forgets all of a user, whichever integration trusts them, or all of an integration; answers how many there were. */
export async function deleteTrustedBrowsers(
  db: Executor,
  tenant: TenantId,
  of: { column: 'user_id' | 'integration_id'; id: string },
): Promise<number> {
  const result = await db
    .deleteFrom('trusted_browsers')
    .where('tenant_id', '=', tenant)
    .where(of.column, '=', of.id)
    .executeTakeFirst();
  return Number(result.numDeletedRows);
}
