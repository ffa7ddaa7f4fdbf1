import { isOver } from '../../core/lifetime.ts';
import type { Time } from '../../core/model.ts';
import { findChallenge, findEnrollment, type StoredChallenge, type StoredMessage } from '../../store/index.ts';
import { failUndelivered } from '../challenges/fail-undelivered.ts';
import type { IntegrationCaller } from '../engine.ts';
import type { WriteContext } from '../ledger.ts';
import type { EngineParts } from '../parts.ts';
import { failEnrollment } from './fail-enrollment.ts';
import type { OutboxContent } from './outbox-message.ts';

/** Whether somebody can still use a message: a code only as long as its challenge is pending with this very code. */
export async function isOfUse(
  tx: WriteContext,
  row: StoredMessage,
  content: OutboxContent,
  now: Time,
): Promise<boolean> {
  if (row.purpose === 'notice') return true;
  const { tenantId, integrationId, objectId } = row;
  const challenge = await findChallenge(tx.db, tenantId, integrationId, objectId);
  if (challenge !== undefined) return isPendingWith(challenge, content) && !isOver(challenge, now);
  const enrollment = await findEnrollment(tx.db, tenantId, integrationId, objectId);
  return enrollment?.state === 'prepared' && !isOver(enrollment, now);
}

function isPendingWith(challenge: StoredChallenge, content: OutboxContent | undefined): boolean {
  return challenge.state === 'pending' && (content?.version === undefined || challenge.version === content.version);
}

/** Ends what waits for a code that could not be sent. */
export async function failSubject(
  parts: EngineParts,
  tx: WriteContext,
  caller: IntegrationCaller,
  { objectId }: StoredMessage,
  content: OutboxContent | undefined,
): Promise<void> {
  const challenge = await findChallenge(tx.db, caller.tenant, caller.integration.id, objectId);
  if (challenge !== undefined) {
    if (isPendingWith(challenge, content)) await failUndelivered(parts, tx, caller, challenge);
    return;
  }
  const enrollment = await findEnrollment(tx.db, caller.tenant, caller.integration.id, objectId);
  if (enrollment !== undefined) await failEnrollment(parts, tx, caller, enrollment);
}
