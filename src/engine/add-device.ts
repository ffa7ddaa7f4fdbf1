import { CountersignError } from '../core/errors.ts';
import type { DeviceKind, DeviceKinds } from '../devices/index.ts';
import {
  findDeviceByLookup,
  findRetiredCounters,
  insertDevice,
  listDevices,
  type StoredDevice,
} from '../store/index.ts';
import type { WriteContext } from './ledger.ts';

/** More devices than anybody needs: guesses are judged against each of them. */
const devicesPerUser = 50;

/** Stores a new device under its name, or under the name with a number behind it when the user has one of that name. */
export async function addDevice(tx: WriteContext, kind: DeviceKind, made: StoredDevice): Promise<StoredDevice> {
  const device = { ...made, counters: await goOnCounting(tx, kind, made) };
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

/** The counters of a device that may have been here before: an import, a new enrollment or another owner never sets them back. */
async function goOnCounting(tx: WriteContext, kind: DeviceKind, { tenantId, lookup, counters }: StoredDevice) {
  if (kind.later === undefined || lookup === undefined) return counters;
  const before = await findRetiredCounters(tx.db, tenantId, lookup);
  return before === undefined ? counters : JSON.stringify(kind.later(JSON.parse(counters), JSON.parse(before)));
}

/** The kinds whose devices go on counting when they come back. */
export function countingKinds(kinds: DeviceKinds): string[] {
  return kinds.list().flatMap((kind) => (kind.later === undefined ? [] : [kind.name]));
}
