import type { TenantId } from '../../core/ids.ts';
import type { EnrollmentState, Page } from '../../core/model.ts';
import type { Executor } from '../open-store.ts';
import { type PageRequest, readPage } from '../page.ts';
import type { Schema } from '../schema.ts';
import { isInStateNow } from '../state-now.ts';

export interface StoredEnrollment {
  tenantId: TenantId;
  id: string;
  integrationId: string;
  userName: string;
  userId: string | undefined;
  ifUserExists: 'refuse' | 'add';
  kind: string | undefined;
  deviceId: string | undefined;
  deviceName: string | undefined;
  state: EnrollmentState;
  attemptsLeft: number;
  prepared: string | undefined;
  shown: string | undefined;
  /** JSON; where the user is, as the integration told when it began. */
  context: string | undefined;
  createdAt: number;
  expiresAt: number;
}

function toEnrollment(row: Schema['enrollments']): StoredEnrollment {
  return {
    tenantId: row.tenant_id as TenantId,
    id: row.id,
    integrationId: row.integration_id,
    userName: row.user_name,
    userId: row.user_id ?? undefined,
    ifUserExists: row.if_user_exists as 'refuse' | 'add',
    kind: row.kind ?? undefined,
    deviceId: row.device_id ?? undefined,
    deviceName: row.device_name ?? undefined,
    state: row.state as EnrollmentState,
    attemptsLeft: row.attempts_left,
    prepared: row.prepared ?? undefined,
    shown: row.shown ?? undefined,
    context: row.context ?? undefined,
    createdAt: row.created_at,
    expiresAt: row.expires_at,
  };
}

export async function insertEnrollment(db: Executor, enrollment: StoredEnrollment): Promise<void> {
  await db
    .insertInto('enrollments')
    .values({
      tenant_id: enrollment.tenantId,
      id: enrollment.id,
      integration_id: enrollment.integrationId,
      user_name: enrollment.userName,
      user_id: enrollment.userId ?? null,
      if_user_exists: enrollment.ifUserExists,
      kind: null,
      device_id: null,
      device_name: null,
      state: enrollment.state,
      attempts_left: enrollment.attemptsLeft,
      prepared: null,
      shown: null,
      context: enrollment.context ?? null,
      created_at: enrollment.createdAt,
      updated_at: enrollment.createdAt,
      expires_at: enrollment.expiresAt,
    })
    .execute();
}

export async function findEnrollment(
  db: Executor,
  tenant: TenantId,
  integrationId: string,
  id: string,
): Promise<StoredEnrollment | undefined> {
  const row = await db
    .selectFrom('enrollments')
    .selectAll()
    .where('tenant_id', '=', tenant)
    .where('id', '=', id)
    .where('integration_id', '=', integrationId)
    .executeTakeFirst();
  return row && toEnrollment(row);
}

export async function listEnrollments(
  db: Executor,
  tenant: TenantId,
  integrationId: string,
  page: PageRequest,
  filter: { state?: string; user?: string },
  now: number,
): Promise<Page<StoredEnrollment>> {
  let query = db
    .selectFrom('enrollments')
    .selectAll()
    .where('tenant_id', '=', tenant)
    .where('integration_id', '=', integrationId);
  if (filter.state !== undefined) query = query.where(isInStateNow(filter.state, ['new', 'prepared'], now));
  if (filter.user !== undefined) query = query.where('user_name', '=', filter.user);
  return readPage(query, page, 'newest first', toEnrollment);
}

/** `new → prepared`, once: of two at the same time one wins. */
export async function prepareEnrollment(
  db: Executor,
  enrollment: StoredEnrollment,
  prepared: { kind: string; deviceId: string; deviceName: string; prepared: string; shown: string | undefined },
  now: number,
): Promise<boolean> {
  const result = await db
    .updateTable('enrollments')
    .set({
      kind: prepared.kind,
      device_id: prepared.deviceId,
      device_name: prepared.deviceName,
      prepared: prepared.prepared,
      shown: prepared.shown ?? null,
      state: 'prepared',
      updated_at: now,
    })
    .where('tenant_id', '=', enrollment.tenantId)
    .where('id', '=', enrollment.id)
    .where('state', '=', 'new')
    .executeTakeFirst();
  return result.numUpdatedRows === 1n;
}

/** Pays for one answer before it is judged. False: no attempt is left, or the enrollment is not prepared any more. */
export async function spendEnrollmentAttempt(
  db: Executor,
  enrollment: StoredEnrollment,
  now: number,
): Promise<boolean> {
  const result = await db
    .updateTable('enrollments')
    .set((e) => ({ attempts_left: e('attempts_left', '-', 1), updated_at: now }))
    .where('tenant_id', '=', enrollment.tenantId)
    .where('id', '=', enrollment.id)
    .where('state', '=', 'prepared')
    .where('attempts_left', '>', 0)
    .where('expires_at', '>', now)
    .executeTakeFirst();
  return result.numUpdatedRows === 1n;
}

/** Takes a prepared enrollment back to where a device is chosen. */
export async function reopenEnrollment(db: Executor, enrollment: StoredEnrollment, now: number): Promise<boolean> {
  const result = await db
    .updateTable('enrollments')
    .set({
      state: 'new',
      kind: null,
      device_id: null,
      device_name: null,
      prepared: null,
      shown: null,
      updated_at: now,
    })
    .where('tenant_id', '=', enrollment.tenantId)
    .where('id', '=', enrollment.id)
    .where('state', '=', 'prepared')
    .where('expires_at', '>', now)
    .executeTakeFirst();
  return result.numUpdatedRows === 1n;
}

/** Ends an enrollment from one of the given states, and forgets its secrets. A final state never changes again. */
export async function endEnrollment(
  db: Executor,
  enrollment: StoredEnrollment,
  from: readonly EnrollmentState[],
  end: { state: EnrollmentState; userId?: string },
  now: number,
): Promise<boolean> {
  const result = await db
    .updateTable('enrollments')
    .set({
      state: end.state,
      ...(end.userId === undefined ? {} : { user_id: end.userId }),
      prepared: null,
      shown: null,
      updated_at: now,
    })
    .where('tenant_id', '=', enrollment.tenantId)
    .where('id', '=', enrollment.id)
    .where('state', 'in', from)
    .executeTakeFirst();
  return result.numUpdatedRows === 1n;
}
