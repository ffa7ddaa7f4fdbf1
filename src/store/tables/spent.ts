import type { TenantId } from '../../core/ids.ts';
import { insertIfAbsent } from '../insert-if-absent.ts';
import type { Executor } from '../open-store.ts';

/**
 * Uses up what is good once. One guarded statement (design law 3): of any number at the same time, one is told true.
 *
 * @param subject a hash of at most 64 characters that says what it is and which one
 * @param expiresAt when it would be refused anyway, so that it may be forgotten
 */
export async function spendOnce(db: Executor, tenant: TenantId, subject: string, expiresAt: number): Promise<boolean> {
  const insert = db.insertInto('spent').values({ tenant_id: tenant, subject, expires_at: expiresAt });
  const result = await insertIfAbsent(db, insert, ['tenant_id', 'subject']).executeTakeFirst();
  return result.numInsertedOrUpdatedRows === 1n;
}
