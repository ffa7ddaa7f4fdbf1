import { sql } from 'kysely';
import type { TenantId } from '../../core/ids.ts';
import type { Channel } from '../../core/message.ts';
import type { Executor } from '../open-store.ts';
import { countOf, executeForRows, rowsStatement, updateFromRows } from '../rows-statement.ts';
import type { Schema } from '../schema.ts';

/** What a message is for: a code, worth nothing after its challenge, or a notice. */
export type MessagePurpose = 'code' | 'notice';

/** `void`: nobody has a use for it any more. */
export type MessageState = 'pending' | 'sent' | 'failed' | 'void';

export interface StoredMessage {
  tenantId: TenantId;
  id: string;
  integrationId: string;
  userId: string | undefined;
  /** The challenge, enrollment, device or user that it is about. */
  objectId: string;
  channel: Channel;
  purpose: MessagePurpose;
  /** Sealed; undefined as soon as it is sent or given up. */
  message: string | undefined;
  state: MessageState;
  /** How often somebody has begun to send it. */
  attempts: number;
  nextAttemptAt: number;
  /** Whoever is sending it has it alone until then. */
  claimedUntil: number | undefined;
  lastError: string | undefined;
  createdAt: number;
  expiresAt: number;
}

function toMessage(row: Schema['outbox']): StoredMessage {
  return {
    tenantId: row.tenant_id as TenantId,
    id: row.id,
    integrationId: row.integration_id ?? '',
    userId: row.user_id ?? undefined,
    objectId: row.object_id,
    channel: row.channel as Channel,
    purpose: row.purpose as MessagePurpose,
    message: row.message ?? undefined,
    state: row.state as MessageState,
    attempts: row.attempts,
    nextAttemptAt: row.next_attempt_at,
    claimedUntil: row.claimed_until ?? undefined,
    lastError: row.last_error ?? undefined,
    createdAt: row.created_at,
    expiresAt: row.expires_at,
  };
}

const insertedColumns = {
  tenant_id: 'text',
  id: 'text',
  integration_id: 'text',
  user_id: 'long',
  object_id: 'text',
  channel: 'text',
  purpose: 'text',
  message: 'long',
  state: 'text',
  attempts: 'integer',
  next_attempt_at: 'integer',
  claimed_until: 'integer or null',
  created_at: 'integer',
  updated_at: 'integer',
  expires_at: 'integer',
} as const;

const insertedNames = Object.keys(insertedColumns) as (keyof typeof insertedColumns)[];

const inserting = rowsStatement({
  text: 'insert messages',
  name: 'written',
  columns: insertedColumns,
  build: (db, written) =>
    db.insertInto('outbox').columns(insertedNames).expression(db.selectFrom(written).select(insertedNames)),
});

/** Puts messages into the outbox, by one statement; none if there are none. */
export async function insertMessages(db: Executor, messages: readonly StoredMessage[]): Promise<void> {
  if (messages.length === 0) return;
  const written = messages.map((message) => ({
    tenant_id: message.tenantId,
    id: message.id,
    integration_id: message.integrationId,
    user_id: message.userId ?? null,
    object_id: message.objectId,
    channel: message.channel,
    purpose: message.purpose,
    message: message.message ?? null,
    state: message.state,
    attempts: message.attempts,
    next_attempt_at: message.nextAttemptAt,
    claimed_until: message.claimedUntil ?? null,
    created_at: message.createdAt,
    updated_at: message.createdAt,
    expires_at: message.expiresAt,
  }));
  await executeForRows(db, inserting, written);
}

export async function findMessage(db: Executor, tenant: TenantId, id: string): Promise<StoredMessage | undefined> {
  const row = await db
    .selectFrom('outbox')
    .selectAll()
    .where('tenant_id', '=', tenant)
    .where('id', '=', id)
    .executeTakeFirst();
  return row && toMessage(row);
}

/** The tenants that have something to send, the one that waits longest first. */
export async function listTenantsWithMessages(db: Executor, now: number, limit: number): Promise<TenantId[]> {
  const rows = await db
    .selectFrom('outbox')
    .select('tenant_id')
    .where('state', '=', 'pending')
    .where('next_attempt_at', '<=', now)
    .groupBy('tenant_id')
    .orderBy((e) => e.fn.min('next_attempt_at'))
    .limit(limit)
    .execute();
  return rows.map(({ tenant_id }) => tenant_id as TenantId);
}

/** What a tenant has to send that nobody is sending, the longest due first. */
export async function listDueMessages(
  db: Executor,
  tenant: TenantId,
  now: number,
  limit: number,
): Promise<StoredMessage[]> {
  const rows = await db
    .selectFrom('outbox')
    .selectAll()
    .where('state', '=', 'pending')
    .where('next_attempt_at', '<=', now)
    .where('tenant_id', '=', tenant)
    .orderBy('next_attempt_at')
    .orderBy('id')
    .limit(limit)
    .execute();
  return rows.map(toMessage);
}

/**
 * Takes a message that is due, to send it. One guarded statement: of any number at the same time, one is told true, and nobody else may
 * send it until `until`.
 */
export async function claimMessage(
  db: Executor,
  { tenantId, id }: Pick<StoredMessage, 'tenantId' | 'id'>,
  until: number,
  now: number,
): Promise<boolean> {
  const result = await db
    .updateTable('outbox')
    .set((e) => ({
      claimed_until: until,
      next_attempt_at: until,
      attempts: e('attempts', '+', 1),
      updated_at: now,
    }))
    .where('tenant_id', '=', tenantId)
    .where('id', '=', id)
    .where('state', '=', 'pending')
    .where('next_attempt_at', '<=', now)
    .executeTakeFirst();
  return result.numUpdatedRows === 1n;
}

const marking = rowsStatement({
  text: 'mark messages sent',
  name: 'delivered',
  columns: { tenant_id: 'text', message_id: 'text', sent_at: 'integer' },
  build: (db, delivered) =>
    updateFromRows(db, 'outbox', delivered)
      .set({
        message: sql<null>`null`,
        claimed_until: sql<null>`null`,
        updated_at: sql<number>`delivered.sent_at`,
        state: sql.lit('sent'),
      })
      .whereRef('outbox.tenant_id', '=', 'delivered.tenant_id')
      .whereRef('outbox.id', '=', 'delivered.message_id')
      .where('outbox.state', '=', sql.lit('pending')),
});

/** Writes down that messages were sent, and forgets what they said. Whoever had them: what is sent is sent. */
export async function markMessagesSent(
  db: Executor,
  messages: readonly Pick<StoredMessage, 'tenantId' | 'id'>[],
  now: number,
): Promise<number> {
  const rows = messages
    .map(({ tenantId, id }) => ({ tenant_id: tenantId, message_id: id, sent_at: now }))
    // In one order, so that two of these do not wait for each other.
    .toSorted((a, b) => (a.message_id < b.message_id ? -1 : 1));
  return countOf(await executeForRows(db, marking, rows));
}

/** Gives a message up, and forgets what it said. False: somebody else has it, or it has ended. */
export async function endMessage(
  db: Executor,
  message: Pick<StoredMessage, 'tenantId' | 'id' | 'claimedUntil'>,
  end: { state: 'failed' | 'void'; lastError?: string },
  now: number,
): Promise<boolean> {
  const result = await changing(db, message)
    .set({
      state: end.state,
      message: null,
      claimed_until: null,
      ...(end.lastError === undefined ? {} : { last_error: end.lastError }),
      updated_at: now,
    })
    .executeTakeFirst();
  return result.numUpdatedRows === 1n;
}

/** Lets go of a message until later. False: somebody else has it, or it has ended. */
export async function postponeMessage(
  db: Executor,
  message: Pick<StoredMessage, 'tenantId' | 'id' | 'claimedUntil'>,
  nextAttemptAt: number,
  lastError: string,
  now: number,
): Promise<boolean> {
  const result = await changing(db, message)
    .set({ claimed_until: null, next_attempt_at: nextAttemptAt, last_error: lastError, updated_at: now })
    .executeTakeFirst();
  return result.numUpdatedRows === 1n;
}

/** An update of a message that is pending and still claimed by whoever read it. */
function changing(
  db: Executor,
  { tenantId, id, claimedUntil }: Pick<StoredMessage, 'tenantId' | 'id' | 'claimedUntil'>,
) {
  const update = db
    .updateTable('outbox')
    .where('tenant_id', '=', tenantId)
    .where('id', '=', id)
    .where('state', '=', 'pending');
  return claimedUntil === undefined
    ? update.where('claimed_until', 'is', null)
    : update.where('claimed_until', '=', claimedUntil);
}

/** Forgets what messages said whose time is over, e.g. because nobody was there to send them. */
export async function voidExpiredMessages(db: Executor, now: number): Promise<void> {
  await voiding(db, now).where('expires_at', '<=', now).execute();
}

/** Gives up everything that waits to be sent. */
export async function voidMessages(db: Executor, now: number): Promise<void> {
  await voiding(db, now).execute();
}

function voiding(db: Executor, now: number) {
  return db
    .updateTable('outbox')
    .set({ state: 'void', message: null, claimed_until: null, updated_at: now })
    .where('state', '=', 'pending');
}
