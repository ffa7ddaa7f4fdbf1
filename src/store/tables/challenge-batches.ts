import { sql } from 'kysely';
import type { TenantId } from '../../core/ids.ts';
import type { ChallengeState } from '../../core/model.ts';
import type { Executor } from '../open-store.ts';
import { countOf, executeForRows, rowsStatement, updateFromRows } from '../rows-statement.ts';
import { type StoredChallenge, toChallenge } from './challenges.ts';

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
