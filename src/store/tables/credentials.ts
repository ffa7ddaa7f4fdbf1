import type { TenantId } from '../../core/ids.ts';
import type { Executor } from '../open-store.ts';

export interface StoredCredential {
  /** Hash of a token, or an access key. Globally unique: it is what names the tenant. */
  lookup: string;
  tenantId: TenantId;
  id: string;
  /** The integration or administrator. */
  ownerId: string;
  type: 'token' | 'key' | 'administrator-token';
  secretHash: string | undefined;
  secretSealed: string | undefined;
  createdAt: number;
  expiresAt: number | undefined;
}

const columns = [
  'lookup',
  'tenant_id as tenantId',
  'id',
  'owner_id as ownerId',
  'type',
  'secret_hash as secretHash',
  'secret_sealed as secretSealed',
  'created_at as createdAt',
  'expires_at as expiresAt',
] as const;

type Selected = Omit<StoredCredential, 'secretHash' | 'secretSealed' | 'expiresAt'> & {
  secretHash: string | null;
  secretSealed: string | null;
  expiresAt: number | null;
};

function toCredential(row: unknown): StoredCredential {
  const selected = row as Selected;
  return {
    ...selected,
    secretHash: selected.secretHash ?? undefined,
    secretSealed: selected.secretSealed ?? undefined,
    expiresAt: selected.expiresAt ?? undefined,
  };
}

export async function insertCredential(db: Executor, credential: StoredCredential): Promise<void> {
  await db
    .insertInto('credentials')
    .values({
      lookup: credential.lookup,
      tenant_id: credential.tenantId,
      id: credential.id,
      owner_id: credential.ownerId,
      type: credential.type,
      secret_hash: credential.secretHash ?? null,
      secret_sealed: credential.secretSealed ?? null,
      created_at: credential.createdAt,
      expires_at: credential.expiresAt ?? null,
    })
    .execute();
}

/** By what was presented; the tenant is part of the answer. */
export async function findCredential(db: Executor, lookup: string): Promise<StoredCredential | undefined> {
  const row = await db.selectFrom('credentials').select(columns).where('lookup', '=', lookup).executeTakeFirst();
  return row && toCredential(row);
}

export async function listCredentials(db: Executor, tenant: TenantId, ownerId: string): Promise<StoredCredential[]> {
  const rows = await db
    .selectFrom('credentials')
    .select(columns)
    .where('tenant_id', '=', tenant)
    .where('owner_id', '=', ownerId)
    .orderBy('created_at')
    .orderBy('id')
    .execute();
  return rows.map(toCredential);
}

/** The access keys of a whole tenant, newest first. */
export async function listKeyCredentials(db: Executor, tenant: TenantId): Promise<StoredCredential[]> {
  const rows = await db
    .selectFrom('credentials')
    .select(columns)
    .where('tenant_id', '=', tenant)
    .where('type', '=', 'key')
    .orderBy('created_at', 'desc')
    .execute();
  return rows.map(toCredential);
}

export async function deleteCredential(db: Executor, tenant: TenantId, ownerId: string, id: string): Promise<boolean> {
  const result = await db
    .deleteFrom('credentials')
    .where('tenant_id', '=', tenant)
    .where('owner_id', '=', ownerId)
    .where('id', '=', id)
    .executeTakeFirst();
  return result.numDeletedRows === 1n;
}

/** Ends every credential of a type that somebody has; answers how many there were. */
export async function deleteCredentialsOf(
  db: Executor,
  tenant: TenantId,
  ownerId: string,
  type: StoredCredential['type'],
): Promise<number> {
  const result = await db
    .deleteFrom('credentials')
    .where('tenant_id', '=', tenant)
    .where('owner_id', '=', ownerId)
    .where('type', '=', type)
    .executeTakeFirst();
  return Number(result.numDeletedRows);
}
