import type { Policy } from '../../core/policy/policy.ts';
import { endChallenge, listDevices, type StoredChallenge, type StoredDevice } from '../../store/index.ts';
import type { IntegrationCaller } from '../engine.ts';
import { isDeviceUsable, isSpent, openIfItOpens } from '../kind-access.ts';
import type { WriteContext } from '../ledger.ts';
import { entryOf, type EngineParts } from '../parts.ts';

/**
 * Ends a challenge whose code could not be sent, and says what the integration's fail mode is. One that interrupts the user waits on: who has
 * its page open sees it all the same, and nobody is let in because it did not ring.
 */
export async function failUndelivered(
  parts: EngineParts,
  tx: WriteContext,
  caller: IntegrationCaller,
  stored: StoredChallenge,
): Promise<void> {
  if (parts.kinds.get(stored.kind)?.prompts === true) return;
  const failMode = await effectiveFailMode(parts, tx, caller, stored);
  await endChallenge(tx.db, stored, { state: 'failed', failMode }, parts.clock.now());
  const about = { objectId: stored.id, userId: stored.userId, reason: 'delivery_failed', detail: { failMode } };
  tx.record(caller.tenant, entryOf(caller, 'challenge.failed', 'failed', about));
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

/** One that cannot be opened is not known to need one: nobody is let in because a device of his is broken. */
function answersWithoutMessage(parts: EngineParts, device: StoredDevice): boolean {
  const kind = parts.kinds.get(device.kind);
  if (kind === undefined) return false;
  const state = kind.needsMessage === undefined ? undefined : openIfItOpens(parts, device);
  return state === undefined || kind.needsMessage?.(state) !== true;
}
