import { CountersignError } from '../../core/errors.ts';
import { isOver } from '../../core/lifetime.ts';
import type { EnrollmentState } from '../../core/model.ts';
import { endEnrollment, findEnrollment, type StoredEnrollment } from '../../store/index.ts';
import type { IntegrationCaller } from '../engine.ts';
import type { Refused, WriteContext } from '../ledger.ts';
import { entryOf, type EngineParts, found } from '../parts.ts';

/** The states of an enrollment that has not ended. */
export const openStates: readonly EnrollmentState[] = ['new', 'prepared'];

/** An answer to an enrollment that names no reason: the trail knows it. */
export function refuseState(): Refused {
  return { refused: new CountersignError('wrong_state') };
}

/** @throws `not_found`, also for one of another integration */
export async function requireEnrollment(
  tx: WriteContext,
  caller: IntegrationCaller,
  id: string,
): Promise<StoredEnrollment> {
  return found(await findEnrollment(tx.db, caller.tenant, caller.integration.id, id));
}

/** Ends an expired enrollment for good. Undefined: it has not expired. */
export async function refuseIfExpired(
  { clock }: EngineParts,
  tx: WriteContext,
  caller: IntegrationCaller,
  stored: StoredEnrollment,
): Promise<Refused | undefined> {
  const now = clock.now();
  if (!openStates.includes(stored.state) || !isOver(stored, now)) return undefined;
  if (await endEnrollment(tx.db, stored, openStates, { state: 'expired' }, now)) {
    tx.record(caller.tenant, entryOf(caller, 'enrollment.expired', 'failed', { objectId: stored.id }));
  }
  return { refused: new CountersignError('enrollment_expired') };
}
