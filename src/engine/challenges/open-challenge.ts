import { CountersignError } from '../../core/errors.ts';
import { isOver } from '../../core/lifetime.ts';
import { endChallenge, findChallenge, type StoredChallenge } from '../../store/index.ts';
import type { IntegrationCaller } from '../engine.ts';
import type { Refused, WriteContext } from '../ledger.ts';
import { entryOf, type EngineParts, found } from '../parts.ts';

type ChallengeRefusal = 'wrong_state' | 'challenge_expired' | 'no_device' | 'user_inactive' | 'not_found';

/** A refusal as a value: what is thrown in a batch makes the whole batch be judged again, one by one. */
export function refuse(code: ChallengeRefusal): Refused {
  return { refused: new CountersignError(code) };
}

/** @throws `not_found`, also for one of another integration */
export async function requireChallenge(
  tx: WriteContext,
  caller: IntegrationCaller,
  id: string,
): Promise<StoredChallenge> {
  return found(await findChallenge(tx.db, caller.tenant, caller.integration.id, id));
}

/** The row that tells of a challenge that has run out. */
export function recordExpiry(tx: WriteContext, caller: IntegrationCaller, { id, userId }: StoredChallenge): void {
  tx.record(caller.tenant, entryOf(caller, 'challenge.expired', 'failed', { objectId: id, userId }));
}

/** Why nothing can be done with the challenge any more; ends for good one that has run out. Undefined: it is pending. */
export async function refuseUnlessPending(
  parts: EngineParts,
  tx: WriteContext,
  caller: IntegrationCaller,
  stored: StoredChallenge,
): Promise<Refused | undefined> {
  const now = parts.clock.now();
  if (stored.state !== 'pending') return refuse('wrong_state');
  if (!isOver(stored, now)) return undefined;
  if (await endChallenge(tx.db, stored, { state: 'expired' }, now)) recordExpiry(tx, caller, stored);
  return refuse('challenge_expired');
}
