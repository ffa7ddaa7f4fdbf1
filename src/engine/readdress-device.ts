import { CountersignError, invalidParameter } from '../core/errors.ts';
import type { Device, JsonObject } from '../core/model.ts';
import { findDevice, findUser, replaceDevice } from '../store/index.ts';
import type { IntegrationCaller } from './engine.ts';
import { openDevice, presentDevice, sealDevice } from './kind-access.ts';
import { entryOf, type EngineParts, found } from './parts.ts';

/** Sends the messages of a device elsewhere from now on. */
export function createReaddress(parts: EngineParts) {
  const { ledger, clock } = parts;
  return (caller: IntegrationCaller, id: string, address: JsonObject): Promise<Device> =>
    ledger.write(async (tx) => {
      const device = found(await findDevice(tx.db, caller.tenant, id));
      found(await findUser(tx.db, caller.tenant, caller.integration.realmId, device.userId));
      const kind = parts.kinds.get(device.kind);
      if (kind?.readdress === undefined) throw new CountersignError('wrong_state');
      const state = kind.readdress(openDevice(parts, device), address);
      if (state === undefined) throw invalidParameter('address', 'is not an address for such a device');
      const sealed = sealDevice(parts, caller.tenant, id, state);
      if (!(await replaceDevice(tx.db, device, sealed, clock.now()))) throw new CountersignError('conflict');
      const about = { userId: device.userId, deviceId: id, detail: { kind: kind.name } };
      tx.record(caller.tenant, entryOf(caller, 'device.readdressed', 'done', about));
      return presentDevice(parts, { ...device, ...sealed, version: device.version + 1 }, state);
    });
}
