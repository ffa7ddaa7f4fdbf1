import type { TenantId } from '../../core/ids.ts';
import type { ChallengeState, Page } from '../../core/model.ts';
import type { Executor } from '../open-store.ts';
import { type PageRequest, readPage } from '../page.ts';
import type { Schema } from '../schema.ts';
import { isInStateNow } from '../state-now.ts';

export interface StoredChallenge {
  tenantId: TenantId;
  id: string;
  integrationId: string;
  userId: string;
  deviceId: string;
  kind: string;
  state: ChallengeState;
  attemptsLeft: number;
  resendsLeft: number;
  codeDigits: number | undefined;
  reference: string;
  kept: string | undefined;
  shown: string | undefined;
  failMode: 'open' | 'closed' | undefined;
  /** JSON; where the user is, as the integration told. */
  context: string | undefined;
  version: number;
  createdAt: number;
  expiresAt: number;
}

export function toChallenge(row: Schema['challenges']): StoredChallenge {
  return {
    tenantId: row.tenant_id as TenantId,
    id: row.id,
    integrationId: row.integration_id,
    userId: row.user_id,
    deviceId: row.device_id,
    kind: row.kind,
    state: row.state as ChallengeState,
    attemptsLeft: row.attempts_left,
    resendsLeft: row.resends_left,
    codeDigits: row.code_digits ?? undefined,
    reference: row.reference,
    kept: row.kept ?? undefined,
    shown: row.shown ?? undefined,
    failMode: (row.fail_mode as 'open' | 'closed' | null) ?? undefined,
    context: row.context ?? undefined,
    version: row.version,
    createdAt: row.created_at,
    expiresAt: row.expires_at,
  };
}

/** A challenge of an integration that was passed, and when: nothing changes it after that. */
export async function findPassedChallenge(
  db: Executor,
  tenant: TenantId,
  integrationId: string,
  id: string,
): Promise<{ userId: string; kind: string; passedAt: number } | undefined> {
  const row = await db
    .selectFrom('challenges')
    .select(['user_id', 'kind', 'updated_at'])
    .where('tenant_id', '=', tenant)
    .where('id', '=', id)
    .where('integration_id', '=', integrationId)
    .where('state', '=', 'passed')
    .executeTakeFirst();
  return row && { userId: row.user_id, kind: row.kind, passedAt: row.updated_at };
}

export async function findChallenge(
  db: Executor,
  tenant: TenantId,
  integrationId: string,
  id: string,
): Promise<StoredChallenge | undefined> {
  const row = await db
    .selectFrom('challenges')
    .selectAll()
    .where('tenant_id', '=', tenant)
    .where('id', '=', id)
    .where('integration_id', '=', integrationId)
    .executeTakeFirst();
  return row && toChallenge(row);
}

/** Newest first. */
export async function listChallenges(
  db: Executor,
  tenant: TenantId,
  integrationId: string,
  page: PageRequest,
  filter: { state?: string; userId?: string },
  now: number,
): Promise<Page<StoredChallenge>> {
  let query = db
    .selectFrom('challenges')
    .selectAll()
    .where('tenant_id', '=', tenant)
    .where('integration_id', '=', integrationId);
  if (filter.state !== undefined) query = query.where(isInStateNow(filter.state, ['pending'], now));
  if (filter.userId !== undefined) query = query.where('user_id', '=', filter.userId);
  return readPage(query, page, 'newest first', toChallenge);
}

/** Ends a pending challenge, once. False: it had ended already. */
export async function endChallenge(
  db: Executor,
  challenge: StoredChallenge,
  end: { state: ChallengeState; failMode?: 'open' | 'closed' },
  now: number,
): Promise<boolean> {
  const result = await db
    .updateTable('challenges')
    .set({
      state: end.state,
      ...(end.failMode === undefined ? {} : { fail_mode: end.failMode }),
      kept: null,
      updated_at: now,
    })
    .where('tenant_id', '=', challenge.tenantId)
    .where('id', '=', challenge.id)
    .where('state', '=', 'pending')
    .executeTakeFirst();
  return result.numUpdatedRows === 1n;
}

/** Ends every pending challenge of a user, or of one device. */
export async function endPendingChallenges(
  db: Executor,
  tenant: TenantId,
  of: { column: 'user_id' | 'device_id'; id: string },
  state: 'failed' | 'expired',
  now: number,
): Promise<void> {
  await db
    .updateTable('challenges')
    .set({ state, kept: null, updated_at: now })
    .where('tenant_id', '=', tenant)
    .where(of.column, '=', of.id)
    .where('state', '=', 'pending')
    .execute();
}

/** Puts a fresh code in the place of the one before and pays for the sending. False: changed meanwhile, or none left. */
export async function reissueChallenge(
  db: Executor,
  challenge: StoredChallenge,
  issued: { kept: string | undefined; shown: string | undefined },
  now: number,
): Promise<boolean> {
  const result = await db
    .updateTable('challenges')
    .set((e) => ({
      kept: issued.kept ?? null,
      shown: issued.shown ?? null,
      resends_left: e('resends_left', '-', 1),
      version: challenge.version + 1,
      updated_at: now,
    }))
    .where('tenant_id', '=', challenge.tenantId)
    .where('id', '=', challenge.id)
    .where('version', '=', challenge.version)
    .where('state', '=', 'pending')
    .where('resends_left', '>', 0)
    .executeTakeFirst();
  return result.numUpdatedRows === 1n;
}
