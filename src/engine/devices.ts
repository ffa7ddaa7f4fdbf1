import { CountersignError } from '../core/errors.ts';
import { newId } from '../core/ids.ts';
import type { Device, JsonObject, User } from '../core/model.ts';
import type { NoticeEvent } from '../core/notice-event.ts';
import { isStandIn } from '../core/policy/decide.ts';
import type { DeviceKind, Prepared } from '../devices/index.ts';
import {
  deleteDevice,
  type DeviceChange,
  type Executor,
  findDevice,
  findDeviceByLookup,
  findUser,
  findUserByName,
  holdUser,
  listDevices,
  replaceDevice,
  retireDevices,
  type StoredDevice,
  updateDevice,
} from '../store/index.ts';
import { addDevice, countingKinds } from './add-device.ts';
import type {
  DevicesEngine,
  IntegrationCaller,
  NewDevice,
  ProvisionedDeviceOptions,
  ProvisionOptions,
} from './engine.ts';
import {
  kindContext,
  lookupHash,
  openDevice,
  presentDevice,
  requireKind,
  sealDevice,
  sealNewDevice,
} from './kind-access.ts';
import type { WriteContext } from './ledger.ts';
import { notifyUser } from './notices/notify-user.ts';
import { checkName, entryOf, type EngineParts, found } from './parts.ts';
import { createProvisionMany } from './provision-many.ts';
import { createReaddress } from './readdress-device.ts';
import { createResynchronize } from './resynchronize-device.ts';
import { ensureUser } from './users.ts';
import { dropTrustedBrowsers } from './trusted-browsers/index.ts';

/** What users are told of changes to their devices. */
const noticeOf: Readonly<Record<string, NoticeEvent>> = {
  'device.renamed': 'device_renamed',
  'device.suspended': 'device_suspended',
};

export function createDevices(parts: EngineParts): DevicesEngine {
  const { ledger, clock, store } = parts;

  /** The device with its user, when the user is in the caller's realm. */
  async function find(
    tx: WriteContext,
    caller: IntegrationCaller,
    id: string,
  ): Promise<{ device: StoredDevice; user: User }> {
    const device = found(await findDevice(tx.db, caller.tenant, id));
    const user = found(await findUser(tx.db, caller.tenant, caller.integration.realmId, device.userId));
    return { device, user };
  }

  async function change(caller: IntegrationCaller, id: string, event: string, to: DeviceChange): Promise<Device> {
    return ledger.write(async (tx) => {
      const { device, user } = await find(tx, caller, id);
      await updateDevice(tx.db, caller.tenant, id, to, clock.now()).catch((error: unknown) => {
        if (store.classifyFault(error) !== 'duplicate') throw error;
        throw new CountersignError('already_exists', {
          issues: [{ path: 'name', message: 'is the name of another device' }],
        });
      });
      tx.record(
        caller.tenant,
        entryOf(caller, event, 'done', { userId: user.id, deviceId: id, detail: { kind: device.kind } }),
      );
      if ('status' in to) await dropTrustedBrowsers(tx, caller, user.id, 'devices-changed');
      const changed = found(await findDevice(tx.db, caller.tenant, id));
      const notice = noticeOf[event];
      // Also to the device itself, where it is an address and no longer among the active ones.
      if (notice !== undefined)
        await notifyUser(tx, parts, caller, user, { event: notice, device: changed }, { leaving: device });
      return presentDevice(parts, changed);
    });
  }

  /** Has the kind adopt an existing secret, or make a new one. */
  function makeDevice(
    caller: IntegrationCaller,
    kind: DeviceKind,
    user: string,
    options: JsonObject,
  ): Prepared<unknown, unknown> {
    if (kind.adopt === undefined) {
      throw new CountersignError('kind_not_allowed', {
        detail: `devices of the kind ${kind.name} cannot be provisioned`,
      });
    }
    return kind.adopt(options, kindContext(parts, caller.integration, kind, user));
  }

  async function provisionDevice(
    tx: WriteContext,
    caller: IntegrationCaller,
    user: User,
    options: ProvisionedDeviceOptions,
  ): Promise<NewDevice> {
    const kind = requireKind(parts.kinds, options.kind);
    const { allowedKinds } = caller.integration.policy;
    if (allowedKinds !== undefined && !allowedKinds.includes(kind.name)) throw new CountersignError('kind_not_allowed');
    const made = makeDevice(caller, kind, user.name, options.options ?? {});
    const id = newId(parts.random, 'device');
    const device = await addDevice(tx, kind, {
      tenantId: caller.tenant,
      id,
      userId: user.id,
      kind: kind.name,
      name: options.name === undefined ? made.deviceName : checkName('name', options.name),
      status: 'active',
      ...sealNewDevice(parts, caller.tenant, kind, id, made.state),
      version: 1,
      readable: options.readable ?? false,
      createdAt: clock.now(),
      lastUsedAt: undefined,
    });
    const about = { userId: user.id, deviceId: id, detail: { kind: kind.name } };
    tx.record(caller.tenant, entryOf(caller, 'device.provisioned', 'done', about));
    await dropTrustedBrowsers(tx, caller, user.id, 'devices-changed');
    return { device: presentDevice(parts, device), ...(made.shown === undefined ? {} : { shown: made.shown }) };
  }

  async function provisionIn(tx: WriteContext, caller: IntegrationCaller, options: ProvisionOptions) {
    const name = checkName('user', options.user);
    const user = await ensureUser(parts, tx, caller, name, options.ifUserExists ?? 'add');
    if (user === undefined) throw new CountersignError('user_exists');
    const devices: NewDevice[] = [];
    for (const device of options.devices) devices.push(await provisionDevice(tx, caller, user, device));
    return { user, devices };
  }

  async function regenerateRecoveryCodes(
    caller: IntegrationCaller,
    userId: string,
    options: JsonObject = {},
  ): Promise<NewDevice> {
    const kind = requireKind(parts.kinds, 'recovery-codes');
    const findCodes = async (db: Executor) =>
      (await listDevices(db, caller.tenant, userId)).find((other) => other.kind === kind.name);
    // Looked at before the writing has its turn: who asks while another is being answered would replace codes that were never used (REC-06).
    const before = await store.read(findCodes);
    return ledger.write(async (tx) => {
      await holdUser(tx.db, caller.tenant, userId);
      const user = found(await findUser(tx.db, caller.tenant, caller.integration.realmId, userId));
      const device = await findCodes(tx.db);
      if (device?.version !== before?.version) throw new CountersignError('conflict');
      if (device === undefined) return provisionDevice(tx, caller, user, { kind: kind.name, options });
      const made = makeDevice(caller, kind, user.name, options);
      const sealed = sealDevice(parts, caller.tenant, device.id, made.state);
      if (!(await replaceDevice(tx.db, device, sealed, clock.now()))) throw new CountersignError('conflict');
      const about = { userId, deviceId: device.id };
      tx.record(caller.tenant, entryOf(caller, 'device.recovery-codes-replaced', 'done', about));
      await dropTrustedBrowsers(tx, caller, userId, 'devices-changed');
      await notifyUser(tx, parts, caller, user, { event: 'recovery_codes_replaced', device });
      return {
        device: presentDevice(parts, { ...device, ...sealed, version: device.version + 1 }),
        ...(made.shown === undefined ? {} : { shown: made.shown }),
      };
    });
  }

  /** A device of the user that was created readable, newest first. */
  async function findReadable(tx: WriteContext, caller: IntegrationCaller, userName: string, kindName: string) {
    const user = found(
      await findUserByName(tx.db, caller.tenant, caller.integration.realmId, userName.normalize('NFC')),
    );
    const devices = await listDevices(tx.db, caller.tenant, user.id);
    const device = devices.findLast((other) => other.kind === kindName && other.readable && other.status === 'active');
    return { user, device: found(device), kind: requireKind(parts.kinds, kindName) };
  }

  return {
    list: async (caller, userId) =>
      store.read(async (db) => {
        found(await findUser(db, caller.tenant, caller.integration.realmId, userId));
        return (await listDevices(db, caller.tenant, userId)).map((device) => presentDevice(parts, device));
      }),
    get: async (caller, id) =>
      store.read(async (db) => {
        const device = found(await findDevice(db, caller.tenant, id));
        found(await findUser(db, caller.tenant, caller.integration.realmId, device.userId));
        return presentDevice(parts, device);
      }),
    findByLookup: (caller, kindName, name) =>
      store.read(async (db) => {
        const kind = parts.kinds.get(kindName);
        if (kind === undefined) return undefined;
        const device = await findDeviceByLookup(db, caller.tenant, lookupHash(parts, caller.tenant, kind, name));
        // A device that does not exist is looked for as long as one that does (design law 8).
        const user = await findUser(db, caller.tenant, caller.integration.realmId, device?.userId ?? 'nobody');
        return user === undefined || device?.kind !== kindName
          ? undefined
          : { user, device: presentDevice(parts, device) };
      }),
    readdress: createReaddress(parts),
    rename: async (caller, id, name) => change(caller, id, 'device.renamed', { name: checkName('name', name) }),
    setStatus: (caller, id, status) =>
      change(caller, id, `device.${status === 'active' ? 'resumed' : 'suspended'}`, { status }),
    remove: (caller, id) =>
      ledger.write(async (tx) => {
        const { device, user } = await find(tx, caller, id);
        // Of the last two devices, removed at the same time, one has to be the last.
        await holdUser(tx.db, caller.tenant, user.id);
        await retireDevices(tx.db, { tenant: caller.tenant, of: { deviceId: id }, kinds: countingKinds(parts.kinds) });
        if (!(await deleteDevice(tx.db, caller.tenant, id))) throw new CountersignError('not_found');
        // Recovery codes stand in for a device: with the last device they go too.
        const left = await listDevices(tx.db, caller.tenant, user.id);
        // An access pass stays: it is for somebody who has lost everything.
        if (left.every((other) => isStandIn(other.kind))) {
          for (const { id, kind } of left) if (kind === 'recovery-codes') await deleteDevice(tx.db, caller.tenant, id);
        }
        const about = { userId: user.id, deviceId: id, detail: { kind: device.kind } };
        tx.record(caller.tenant, entryOf(caller, 'device.removed', 'done', about));
        await dropTrustedBrowsers(tx, caller, user.id, 'devices-changed');
        await notifyUser(
          tx,
          parts,
          caller,
          user,
          { event: 'device_removed', device },
          { devices: left, leaving: device },
        );
      }),
    provision: (caller, options) =>
      ledger.write(async (tx) => {
        const provisioned = await provisionIn(tx, caller, options);
        const fresh = new Set(provisioned.devices.map(({ device }) => device.id));
        const all = await listDevices(tx.db, caller.tenant, provisioned.user.id);
        // Who has just got his first devices was given them; an import of many tells nobody.
        const devices = all.filter(({ id }) => !fresh.has(id));
        for (const { device } of devices.length === 0 ? [] : provisioned.devices)
          await notifyUser(tx, parts, caller, provisioned.user, { event: 'device_added', device }, { devices });
        return provisioned;
      }),
    provisionMany: createProvisionMany(ledger, provisionIn),
    regenerateRecoveryCodes,
    resynchronize: createResynchronize(parts),
    provisioningUri: (caller, userName, kindName, label) =>
      ledger.write(async (tx) => {
        const { user, device, kind } = await findReadable(tx, caller, userName, kindName);
        if (kind.provisioningUri === undefined) throw new CountersignError('not_found');
        const uri = kind.provisioningUri(openDevice(parts, device), label);
        tx.record(
          caller.tenant,
          entryOf(caller, 'device.secret-read', 'done', { userId: user.id, deviceId: device.id }),
        );
        return uri;
      }),
    currentCode: (caller, userName, kindName) =>
      ledger.write(async (tx) => {
        const { user, device, kind } = await findReadable(tx, caller, userName, kindName);
        if (kind.currentCode === undefined) throw new CountersignError('not_found');
        const code = kind.currentCode(
          openDevice(parts, device),
          kindContext(parts, caller.integration, kind, user.name),
        );
        tx.record(caller.tenant, entryOf(caller, 'device.code-read', 'done', { userId: user.id, deviceId: device.id }));
        return code;
      }),
  };
}
