import type { Device, JsonObject } from '../../core/model.ts';
import { isKindUsable } from '../../core/policy/decide.ts';
import type { Visit } from '../visit.ts';

/** The devices that the user could answer with here, the one used last first; recovery codes at the end. */
export async function listOwnDevices(visit: Pick<Visit<unknown>, 'parts' | 'caller' | 'subject'>): Promise<Device[]> {
  const { parts, caller, subject } = visit;
  const { policy } = caller.integration;
  const now = parts.clock.now();
  const last = (device: Device) => device.lastUsedAt ?? device.createdAt;
  const place = ({ kind }: Device) => (kind === 'recovery-codes' ? 1 : 0);
  return (await parts.engine.devices.list(caller, subject))
    .filter((device) => device.status === 'active' && isKindUsable(policy, device.kind) && !looksSpent(device, now))
    .sort((one, other) => place(one) - place(other) || last(other) - last(one));
}

/** Whether a device says of itself that it is of no more use. The engine has the last word. */
export function looksSpent({ public: told }: Device, now: number): boolean {
  const { remaining, used, expiresAt } = told;
  return remaining === 0 || used === true || (typeof expiresAt === 'string' && Date.parse(expiresAt) <= now);
}

/** Where a device is sent to, masked; undefined for one that needs no message. */
export function sentTo({ public: told }: Pick<Device, 'public'>): string | undefined {
  const transport = (told['transport'] ?? {}) as JsonObject;
  const target = told['address'] ?? told['number'] ?? transport['to'];
  return typeof target === 'string' ? target : undefined;
}
