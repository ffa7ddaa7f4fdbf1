import { CountersignError } from '../core/errors.ts';
import type { DeviceKind } from '../devices/index.ts';
import { findDeviceByLookup, insertDevice, listDevices, type StoredDevice } from '../store/index.ts';
import type { WriteContext } from './ledger.ts';

/** More devices than anybody needs: guesses are judged against each of them. */
const devicesPerUser = 50;

/** Stores a new device under its name, or under the name with a number behind it when the user has one of that name. */
export async function addDevice(tx: WriteContext, kind: DeviceKind, device: StoredDevice): Promise<StoredDevice> {
  const others = await listDevices(tx.db, device.tenantId, device.userId);
  if (kind.single === true && others.some((other) => other.kind === kind.name)) {
    throw new CountersignError('already_exists', { detail: `the user has a device of the kind ${kind.name}` });
  }
  if (device.lookup !== undefined && (await findDeviceByLookup(tx.db, device.tenantId, device.lookup)) !== undefined) {
    throw new CountersignError('already_exists', { detail: 'this authenticator is the device of somebody already' });
  }
  if (others.length >= devicesPerUser) {
    throw new CountersignError('already_exists', { detail: `the user has ${devicesPerUser} devices` });
  }
  const taken = new Set(others.map((other) => other.name));
  for (let number = 1; number <= devicesPerUser; number++) {
    const name = number === 1 ? device.name : `${device.name} ${number}`;
    if (taken.has(name)) continue;
    if (await insertDevice(tx.db, { ...device, name })) return { ...device, name };
    // Somebody else took the name; for a single kind the name is fixed, so he made the one device there may be.
    if (kind.single === true) break;
  }
  throw new CountersignError('conflict', { detail: 'the device could not be named' });
}
