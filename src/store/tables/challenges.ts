import { sql } from 'kysely';
import type { TenantId } from '../../core/ids.ts';
import type { ChallengeState, Page } from '../../core/model.ts';
import type { Executor } from '../open-store.ts';
import { behind, type PageRequest, toPage } from '../page.ts';
import { countOf, executeForRows, rowsStatement, updateFromRows } from '../rows-statement.ts';
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

const insertedColumns = {
  tenant_id: 'text',
  id: 'text',
  integration_id: 'text',
  user_id: 'text',
  device_id: 'text',
  kind: 'text',
  state: 'text',
  attempts_left: 'integer',
  resends_left: 'integer',
  code_digits: 'integer or null',
  reference: 'text',
  kept: 'long',
  shown: 'long',
  context: 'long',
  version: 'integer',
  created_at: 'integer',
  updated_at: 'integer',
  expires_at: 'integer',
} as const;

const insertedNames = Object.keys(insertedColumns) as (keyof typeof insertedColumns)[];

const inserting = rowsStatement({
  text: 'insert challenges',
  name: 'issued',
  columns: insertedColumns,
  build: (db, issued) =>
    db.insertInto('challenges').columns(insertedNames).expression(db.selectFrom(issued).select(insertedNames)),
});

export async function insertChallenges(db: Executor, challenges: readonly StoredChallenge[]): Promise<void> {
  if (challenges.length === 0) return;
  const issued = challenges.map((challenge) => ({
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
    context: challenge.context ?? null,
    version: challenge.version,
    created_at: challenge.createdAt,
    updated_at: challenge.createdAt,
    expires_at: challenge.expiresAt,
  }));
  await executeForRows(db, inserting, issued);
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

/** A challenge of an integration, by its id. */
export interface ChallengeLookup {
  tenant: TenantId;
  integrationId: string;
  id: string;
}

const finding = rowsStatement({
  text: 'find challenges',
  name: 'wanted',
  columns: { place: 'integer', tenant_id: 'text', integration_id: 'text', id: 'text' },
  build: (db, wanted) =>
    db
      .selectFrom(wanted)
      .innerJoin('challenges', (join) =>
        join
          .onRef('challenges.tenant_id', '=', 'wanted.tenant_id')
          .onRef('challenges.id', '=', 'wanted.id')
          .onRef('challenges.integration_id', '=', 'wanted.integration_id'),
      )
      .select('wanted.place')
      .select(insertedNames.map((name) => `challenges.${name}` as const))
      .select('challenges.fail_mode'),
});

/** Challenges by one statement. What is not there is undefined, at the place of its look-up. */
export async function findChallenges(
  db: Executor,
  lookups: readonly ChallengeLookup[],
): Promise<(StoredChallenge | undefined)[]> {
  const wanted = lookups.map(({ tenant, integrationId, id }, place) => ({
    place,
    tenant_id: tenant,
    integration_id: integrationId,
    id,
  }));
  const { rows } = await executeForRows(db, finding, wanted);
  const found: (StoredChallenge | undefined)[] = lookups.map(() => undefined);
  for (const row of rows) found[row.place] = toChallenge(row);
  return found;
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

/** What an answer makes of a pending challenge. */
export interface ChallengeChange {
  /** As it was read. */
  challenge: StoredChallenge;
  state: ChallengeState;
  attemptsLeft: number;
}

const changing = rowsStatement({
  text: 'change challenges',
  name: 'next',
  columns: {
    tenant_id: 'text',
    challenge_id: 'text',
    expected_version: 'integer',
    expected_attempts: 'integer',
    next_state: 'text',
    next_attempts: 'integer',
    changed_at: 'integer',
  },
  build: (db, next) =>
    updateFromRows(db, 'challenges', next)
      .set({
        // What was kept for the answer goes with the end. First, because MariaDB computes the columns one after the other.
        kept: sql<string | null>`case when next.next_state = 'pending' then challenges.kept end`,
        state: sql<string>`next.next_state`,
        attempts_left: sql<number>`next.next_attempts`,
        updated_at: sql<number>`next.changed_at`,
      })
      .whereRef('challenges.tenant_id', '=', 'next.tenant_id')
      .whereRef('challenges.id', '=', 'next.challenge_id')
      .whereRef('challenges.version', '=', 'next.expected_version')
      .whereRef('challenges.attempts_left', '=', 'next.expected_attempts')
      .where('challenges.state', '=', sql.lit('pending')),
});

/**
 * One guarded statement: a challenge changes only if it is pending, with the code and the attempts with which it was read. Answers how many
 * did; if not all, somebody else has answered the others.
 */
export async function changeChallenges(
  db: Executor,
  changes: readonly ChallengeChange[],
  now: number,
): Promise<number> {
  const rows = changes.map(({ challenge, state, attemptsLeft }) => ({
    tenant_id: challenge.tenantId,
    challenge_id: challenge.id,
    expected_version: challenge.version,
    expected_attempts: challenge.attemptsLeft,
    next_state: state,
    next_attempts: attemptsLeft,
    changed_at: now,
  }));
  // In one order, so that two of these do not wait for each other.
  return countOf(
    await executeForRows(
      db,
      changing,
      rows.toSorted((a, b) => (a.challenge_id < b.challenge_id ? -1 : 1)),
    ),
  );
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
