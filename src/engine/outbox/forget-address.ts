import { findChallenge, findDevice, replaceDevice, type StoredMessage } from '../../store/index.ts';
import type { Caller, IntegrationCaller } from '../engine.ts';
import { openDevice, sealDevice } from '../kind-access.ts';
import type { WriteContext } from '../ledger.ts';
import { entryOf, type EngineParts } from '../parts.ts';

/** Takes from a device the address to which this message went and which is gone for good. The device goes on without. */
export async function forgetAddress(
  parts: EngineParts,
  tx: WriteContext,
  caller: Caller | IntegrationCaller,
  { tenantId, integrationId, objectId }: StoredMessage,
): Promise<void> {
  const challenge = await findChallenge(tx.db, tenantId, integrationId, objectId);
  const device = challenge && (await findDevice(tx.db, tenantId, challenge.deviceId));
  const kind = device && parts.kinds.get(device.kind);
  if (device === undefined || kind?.readdress === undefined) return;
  const state = kind.readdress(openDevice(parts, device), undefined);
  if (state === undefined) return;
  const left = sealDevice(parts, tenantId, device.id, state);
  if (!(await replaceDevice(tx.db, device, left, parts.clock.now()))) return;
  const about = { userId: device.userId, deviceId: device.id, detail: { kind: device.kind } };
  tx.record(tenantId, entryOf(caller, 'device.address-gone', 'done', about));
}
