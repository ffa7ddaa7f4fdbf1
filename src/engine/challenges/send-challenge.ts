import { CountersignError } from '../../core/errors.ts';
import type { OutgoingMessage } from '../../core/message.ts';
import type { Challenge } from '../../core/model.ts';
import type { Policy } from '../../core/policy/policy.ts';
import { endChallenge, listDevices, type StoredChallenge, type StoredDevice } from '../../store/index.ts';
import { deliverNow } from '../deliver-now.ts';
import type { IntegrationCaller } from '../engine.ts';
import { isDeviceUsable, isSpent, openDevice } from '../kind-access.ts';
import type { WriteContext } from '../ledger.ts';
import { entryOf, type EngineParts } from '../parts.ts';
import { requireChallenge } from './open-challenge.ts';
import { presentChallenge } from './present-challenge.ts';

/** Sends what is to be sent; when that fails the challenge has failed, and says what the integration's fail mode is. */
export async function sendChallenge(
  parts: EngineParts,
  caller: IntegrationCaller,
  stored: StoredChallenge,
  deliver: OutgoingMessage | undefined,
): Promise<Challenge> {
  const { clock, ledger } = parts;
  if (deliver === undefined) return presentChallenge(stored, clock.now());
  try {
    await deliverNow(parts, caller, deliver, stored.id);
    return presentChallenge(stored, clock.now());
  } catch (error) {
    if (!(error instanceof CountersignError) || error.code !== 'delivery_failed') throw error;
  }
  return ledger.write(async (tx) => {
    const failMode = await effectiveFailMode(parts, tx, caller, stored);
    await endChallenge(tx.db, stored, { state: 'failed', failMode }, clock.now());
    const about = { objectId: stored.id, userId: stored.userId, reason: 'delivery_failed', detail: { failMode } };
    tx.record(caller.tenant, entryOf(caller, 'challenge.failed', 'failed', about));
    return presentChallenge(await requireChallenge(tx, caller, stored.id), clock.now());
  });
}

/**
 * `open` only where the user has no way to answer: whoever may choose the device must not choose one that cannot be reached to be let in
 * without the others.
 */
async function effectiveFailMode(
  parts: EngineParts,
  tx: WriteContext,
  caller: IntegrationCaller,
  { userId, deviceId }: StoredChallenge,
): Promise<Policy['failMode']> {
  const { policy } = caller.integration;
  if (policy.failMode === 'closed') return 'closed';
  const devices = await listDevices(tx.db, caller.tenant, userId);
  const reachable = devices.some(
    (device) =>
      device.id !== deviceId &&
      isDeviceUsable(parts, policy, device) &&
      !isSpent(parts, device) &&
      answersWithoutMessage(parts, device),
  );
  return reachable ? 'closed' : 'open';
}

function answersWithoutMessage(parts: EngineParts, device: StoredDevice): boolean {
  const kind = parts.kinds.get(device.kind);
  return kind !== undefined && (kind.needsMessage === undefined || !kind.needsMessage(openDevice(parts, device)));
}
