import type { TenantId } from '../../core/ids.ts';
import type { ChallengeState, Page } from '../../core/model.ts';
import type { Executor } from '../open-store.ts';
import { behind, type PageRequest, toPage } from '../page.ts';
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

function toChallenge(row: Schema['challenges']): StoredChallenge {
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

export async function insertChallenge(db: Executor, challenge: StoredChallenge): Promise<void> {
  await db
    .insertInto('challenges')
    .values({
      tenant_id: challenge.tenantId,
      id: challenge.id,
      integration_id: challenge.integrationId,
      user_id: challenge.userId,
      device_id: challenge.deviceId,
      kind: challenge.kind,
      state: challenge.state,
      attempts_left: challenge.attemptsLeft,
      resends_left: challenge.resendsLeft,
      code_digits: challenge.codeDigits ?? null,
      reference: challenge.reference,
      kept: challenge.kept ?? null,
      shown: challenge.shown ?? null,
      fail_mode: null,
      context: challenge.context ?? null,
      version: challenge.version,
      created_at: challenge.createdAt,
      updated_at: challenge.createdAt,
      expires_at: challenge.expiresAt,
    })
    .execute();
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
  if (page.after !== undefined) query = query.where(behind(page.after, 'desc'));
  const rows = await query
    .orderBy('created_at', 'desc')
    .orderBy('id', 'desc')
    .limit(page.limit + 1)
    .execute();
  return toPage(rows, page.limit, toChallenge, (row) => ({ at: row.created_at, id: row.id }));
}

/** Pays for one answer before it is judged. False: no attempt is left, or the challenge is not pending any more. */
export async function spendChallengeAttempt(db: Executor, challenge: StoredChallenge, now: number): Promise<boolean> {
  const result = await db
    .updateTable('challenges')
    .set((e) => ({ attempts_left: e('attempts_left', '-', 1), updated_at: now }))
    .where('tenant_id', '=', challenge.tenantId)
    .where('id', '=', challenge.id)
    .where('version', '=', challenge.version)
    .where('state', '=', 'pending')
    .where('attempts_left', '>', 0)
    .where('expires_at', '>', now)
    .executeTakeFirst();
  return result.numUpdatedRows === 1n;
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

/** Ends every other pending challenge of a device: a new code voids the ones before, a used one its siblings. */
export async function voidChallenges(db: Executor, tenant: TenantId, deviceId: string, now: number): Promise<void> {
  await db
    .updateTable('challenges')
    .set({ state: 'expired', kept: null, updated_at: now })
    .where('tenant_id', '=', tenant)
    .where('device_id', '=', deviceId)
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
