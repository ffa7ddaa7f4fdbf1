import type { Device, DeviceStatus, JsonObject, User } from '../../core/model.ts';
import type { Answer } from '../../devices/device-kind.ts';
import type { IntegrationCaller } from './caller.ts';
import type { Outcome } from './outcome.ts';

/** A device in the one answer that shows what its owner needs (URI, QR text, recovery codes). */
export interface NewDevice {
  device: Device;
  shown?: JsonObject;
}

export interface ProvisionedDeviceOptions {
  kind: string;
  name?: string;
  /** The kind's options for an existing secret: `secret`, `algorithm`, `digits`, `period`, `counter` …; without a secret a new one is made. */
  options?: JsonObject;
  /** Lets {@link DevicesEngine.provisioningUri} and {@link DevicesEngine.currentCode} read it later. Default false. */
  readable?: boolean;
}

export interface ProvisionOptions {
  user: string;
  /** `refuse` answers `user_exists` when the user has a device already, also when two ask at the same time. Default `add`. */
  ifUserExists?: 'refuse' | 'add';
  devices: readonly ProvisionedDeviceOptions[];
}

export interface DevicesEngine {
  list(caller: IntegrationCaller, userId: string): Promise<Device[]>;
  get(caller: IntegrationCaller, id: string): Promise<Device>;
  /** The device to which its kind gave this name ({@link DeviceKind.lookup}), of a user of the integration's realm, whether active or not. */
  findByLookup(
    caller: IntegrationCaller,
    kind: string,
    name: string,
  ): Promise<{ user: User; device: Device } | undefined>;
  rename(caller: IntegrationCaller, id: string, name: string): Promise<Device>;
  setStatus(caller: IntegrationCaller, id: string, status: DeviceStatus): Promise<Device>;
  /**
   * Where messages to a device go from now on, e.g. the push subscription of a browser. Errors: `not_found`, `wrong_state` (its kind has no
   * address that can change), `invalid_parameters`, `conflict` (it was changed at the same time).
   */
  readdress(caller: IntegrationCaller, id: string, address: JsonObject): Promise<Device>;
  remove(caller: IntegrationCaller, id: string): Promise<void>;
  /** Makes devices active at once, without an enrollment: import of existing secrets, provisioning by a trusted caller. One transaction. */
  provision(caller: IntegrationCaller, options: ProvisionOptions): Promise<{ user: User; devices: NewDevice[] }>;
  /** The same for many users, in transactions of bounded size; `onProgress` is told how many are done. Rows that fail are reported, the rest goes on. */
  provisionMany(
    caller: IntegrationCaller,
    rows: AsyncIterable<ProvisionOptions & { row: number }> | Iterable<ProvisionOptions & { row: number }>,
    onProgress?: (done: number) => void,
  ): Promise<{ done: number; failed: { row: number; message: string }[] }>;
  /** Replaces the user's recovery codes; of two at the same time one gets `conflict`. */
  regenerateRecoveryCodes(caller: IntegrationCaller, userId: string, options?: JsonObject): Promise<NewDevice>;
  /** Two consecutive codes set a counter that has run away. Costs a guess. */
  resynchronize(caller: IntegrationCaller, id: string, answers: readonly [Answer, Answer]): Promise<Outcome>;
  /** The provisioning URI of a device that was created readable; `not_found` otherwise. Audited. */
  provisioningUri(
    caller: IntegrationCaller,
    userName: string,
    kind: string,
    label: { issuer: string; account: string },
  ): Promise<string>;
  /** The code that is valid now, of a device that was created readable; `not_found` otherwise. Audited. */
  currentCode(caller: IntegrationCaller, userName: string, kind: string): Promise<string>;
}
