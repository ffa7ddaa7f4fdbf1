import { CountersignError } from '../../core/errors.ts';
import type { TenantId } from '../../core/ids.ts';
import {
  claimMessage,
  endMessage,
  findIntegration,
  listDueMessages,
  listTenantsWithMessages,
  postponeMessage,
  type StoredMessage,
} from '../../store/index.ts';
import type { OutboxReport } from '../engine.ts';
import type { WriteContext } from '../ledger.ts';
import type { EngineParts } from '../parts.ts';
import { deliverMessage, describeFailure, mayTryAgain } from './deliver-message.ts';
import { endFailed } from './end-failed.ts';
import { claimTime, openMessage, type OutboxContent } from './outbox-message.ts';
import { failSubject, isOfUse } from './message-subject.ts';

/** How often a notice is begun to be sent, over about four hours. */
const noticeAttempts = 8;
/** The first wait between two tries, which grows fourfold, and the longest. */
const firstWait = 30_000;
const longestWait = 60 * 60 * 1000;
/** How often a code is begun to be sent: more than once only when whoever was sending it died. */
const codeAttempts = 3;

/** Messages of one tenant that are under way at the same time: one slow receiver holds up no more than its own tenant (OUT-04). */
const atATime = 4;
/** Tenants that are served at the same time. */
const tenantsAtATime = 50;

type Fate = keyof OutboxReport | 'taken';

/** Sends what is due of all tenants, each by itself; none waits for another. */
export async function workAllTenants(
  parts: EngineParts,
  workTenant: (tenant: TenantId) => Promise<void>,
): Promise<void> {
  const now = parts.clock.now();
  const tenants = await parts.store.read((db) => listTenantsWithMessages(db, now, tenantsAtATime));
  await Promise.all(tenants.map(workTenant));
}

/** Sends what is due of one tenant, up to `limit` messages, a few at a time. */
export async function workTenant(parts: EngineParts, tenant: TenantId, limit: number): Promise<OutboxReport> {
  const report: OutboxReport = { sent: 0, postponed: 0, failed: 0, void: 0 };
  const now = parts.clock.now();
  const due = await parts.store.read((db) => listDueMessages(db, tenant, now, limit));
  const lines = Array.from({ length: Math.min(atATime, due.length) }, async () => {
    for (let row = due.shift(); row !== undefined; row = due.shift()) {
      const fate = await workMessage(parts, row);
      if (fate !== 'taken') report[fate]++;
    }
  });
  await Promise.all(lines);
  return report;
}

/** The fate of a message that was due when it was read. */
async function workMessage(parts: EngineParts, read: StoredMessage): Promise<Fate> {
  const claimed = await parts.ledger.write((tx) => claim(parts, tx, read));
  if ('fate' in claimed) return claimed.fate;
  const { row, content } = claimed;
  const failure = await deliverMessage(parts, row, content.message);
  if (failure === undefined) {
    await parts.outbox.markSent(row);
    return 'sent';
  }
  return parts.ledger.write((tx) => settleFailure(parts, tx, row, content, failure));
}

type Claimed = { fate: Fate } | { row: StoredMessage; content: OutboxContent };

/** Takes a message, unless somebody else has or nobody has a use for it any more. */
async function claim(parts: EngineParts, tx: WriteContext, read: StoredMessage): Promise<Claimed> {
  const now = parts.clock.now();
  const content = openOrNothing(parts, read);
  if (content === undefined) return giveUp(parts, tx, read, undefined, 'what it says cannot be read');
  if (read.expiresAt <= now || !(await isOfUse(tx, read, content, now))) {
    if (read.purpose === 'notice') return giveUp(parts, tx, read, content, 'it could not be sent in time');
    return { fate: (await endMessage(tx.db, read, { state: 'void' }, now)) ? 'void' : 'taken' };
  }
  if (read.attempts >= (read.purpose === 'notice' ? noticeAttempts : codeAttempts))
    return giveUp(parts, tx, read, content, 'whoever sent it ended before it was sent');
  const claimedUntil = now + claimTime(parts);
  if (!(await claimMessage(tx.db, read, claimedUntil, now))) return { fate: 'taken' };
  return { row: { ...read, claimedUntil, attempts: read.attempts + 1 }, content };
}

async function giveUp(
  parts: EngineParts,
  tx: WriteContext,
  row: StoredMessage,
  content: OutboxContent | undefined,
  detail: string,
): Promise<{ fate: Fate }> {
  return { fate: await settleFailed(parts, tx, row, content, new CountersignError('delivery_failed', { detail })) };
}

async function settleFailure(
  parts: EngineParts,
  tx: WriteContext,
  row: StoredMessage,
  content: OutboxContent,
  failure: CountersignError,
): Promise<Fate> {
  if (row.purpose === 'code' || row.attempts >= noticeAttempts || !mayTryAgain(failure, row))
    return settleFailed(parts, tx, row, content, failure);
  const now = parts.clock.now();
  const next = now + Math.min(firstWait * 4 ** (row.attempts - 1), longestWait);
  return (await postponeMessage(tx.db, row, next, describeFailure(failure), now)) ? 'postponed' : 'taken';
}

async function settleFailed(
  parts: EngineParts,
  tx: WriteContext,
  row: StoredMessage,
  content: OutboxContent | undefined,
  failure: CountersignError,
): Promise<Fate> {
  const system = { tenant: row.tenantId, actor: { type: 'system' as const, id: 'outbox' }, door: 'engine' };
  const integration = await findIntegration(tx.db, row.tenantId, row.integrationId);
  const caller = integration === undefined ? system : { ...system, integration };
  if (!(await endFailed(parts, tx, caller, row, failure))) return 'taken';
  if ('integration' in caller && row.purpose === 'code') await failSubject(parts, tx, caller, row, content);
  return 'failed';
}

/** What was sealed with a key that is gone, or moved from elsewhere, is sent to nobody. */
function openOrNothing(parts: EngineParts, row: StoredMessage): OutboxContent | undefined {
  try {
    return openMessage(parts, row);
  } catch (error) {
    if (error instanceof CountersignError && error.code === 'sealed_value_invalid') return undefined;
    throw error;
  }
}
