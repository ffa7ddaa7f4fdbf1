import { isKindUsable } from '../../core/policy/decide.ts';
import type { DeviceKind } from '../../devices/device-kind.ts';
import type { Surroundings } from '../frame/surroundings.ts';
import type { IntegrationCaller } from '../../engine/engine.ts';

/** Kinds that are an address, which the user has to say first, and the option that takes it. */
export const addressOptions = { email: 'address', sms: 'number' } as const;

export type AddressKind = keyof typeof addressOptions;

export function isAddressKind(name: string | null): name is AddressKind {
  return name !== null && Object.hasOwn(addressOptions, name);
}

/**
 * The kinds that somebody can enroll here: those that the policy accepts, that are not made by administrators only, and that ask for
 * nothing this page does not know. Recovery codes come afterwards, with a device that they can stand in for.
 */
export function offeredKinds({ parts, caller }: Surroundings & { caller: IntegrationCaller }): DeviceKind[] {
  const { policy } = caller.integration;
  return parts.engine.kinds
    .list()
    .filter(
      (kind) =>
        kind.selfService !== false &&
        kind.name !== 'recovery-codes' &&
        isKindUsable(policy, kind.name) &&
        (isAddressKind(kind.name) || kind.options.safeParse({}).success),
    );
}
