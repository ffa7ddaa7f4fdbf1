import { CountersignError } from '../core/errors.ts';
import type { DeviceKind, DeviceState } from '../devices/index.ts';
import { type Executor, findUserByName, listDevices } from '../store/index.ts';
import type { IntegrationCaller } from './engine.ts';
import { openDevice } from './kind-access.ts';
import type { EngineParts } from './parts.ts';

/** The devices of a kind that a user has already, for the making of another one. One that does not open stands in nobody's way. */
export async function findSiblings(
  parts: EngineParts,
  db: Executor,
  caller: IntegrationCaller,
  userName: string,
  kind: DeviceKind,
): Promise<readonly DeviceState<unknown, unknown>[]> {
  const user = await findUserByName(db, caller.tenant, caller.integration.realmId, userName);
  if (user === undefined) return [];
  const own = (await listDevices(db, caller.tenant, user.id)).filter((device) => device.kind === kind.name);
  return own.flatMap((device) => {
    try {
      return [openDevice(parts, device)];
    } catch (error) {
      if (error instanceof CountersignError && error.code === 'sealed_value_invalid') return [];
      throw error;
    }
  });
}
