import { CountersignError } from '../core/errors.ts';
import type { TenantId } from '../core/ids.ts';
import type { BindingContext, Device, Integration, Json, JsonObject } from '../core/model.ts';
import { isKindUsable } from '../core/policy/decide.ts';
import type { Policy } from '../core/policy/policy.ts';
import type { DeviceKind, DeviceKinds, DeviceState, KindContext, KindDevice } from '../devices/index.ts';
import type { StoredDevice } from '../store/index.ts';
import type { EngineParts } from './parts.ts';

/** What is known of the question that a kind is asked for. */
export interface KindQuestion {
  /** Id of the enrollment or challenge. */
  id?: string | undefined;
  /** Digits of a sent code where the policy says nothing. */
  codeDigits?: number | undefined;
  reference?: string | undefined;
  context?: BindingContext | undefined;
}

/** The context of a kind for one user of an integration. */
export function kindContext(
  parts: EngineParts,
  integration: Integration,
  kind: DeviceKind,
  user: string,
  { id, codeDigits, reference, context }: KindQuestion = {},
): KindContext<unknown> {
  const ring = parts.vault.ring();
  const purpose = kindPurpose(integration.tenantId, kind);
  return {
    now: parts.clock.now(),
    ...(parts.fencedAt === undefined ? {} : { fencedAt: parts.fencedAt }),
    random: parts.random,
    config: kindConfiguration(parts, integration, kind),
    policy: withCodeDigits(integration.policy, codeDigits),
    user,
    get userHandle() {
      return ring.hash(`user-handle:${integration.tenantId}:${integration.realmId}`, user);
    },
    asked: {
      integration: integration.name,
      integrationId: integration.id,
      ...(id === undefined ? {} : { id }),
      ...(reference === undefined || reference === '' ? {} : { reference }),
      ...(context?.ip === undefined ? {} : { ip: context.ip }),
    },
    ...(context?.language === undefined ? {} : { language: context.language }),
    hash: (text) => ring.hash(purpose, text),
    hashMatches: (text, digest) => ring.hashMatches(purpose, text, digest),
  };
}

/** What the keyed hashes of a kind are bound to. */
function kindPurpose(tenant: TenantId, kind: DeviceKind): string {
  return `device:${tenant}:${kind.name}`;
}

/** The stored form of the name by which a kind finds its devices without a user. */
export function lookupHash(parts: EngineParts, tenant: TenantId, kind: DeviceKind, name: string): string {
  return parts.vault.ring().hash(`lookup:${kindPurpose(tenant, kind)}`, name);
}

function withCodeDigits(policy: Policy, codeDigits: number | undefined): Policy {
  return codeDigits === undefined || policy.codeDigits !== undefined ? policy : { ...policy, codeDigits };
}

/** The server's configuration of a kind, overridden by the integration's, parsed with the kind's defaults. */
export function kindConfiguration(parts: EngineParts, integration: Integration, kind: DeviceKind): unknown {
  let known = parts.kindConfigurations.get(integration);
  if (known === undefined) parts.kindConfigurations.set(integration, (known = new Map()));
  if (!known.has(kind.name)) known.set(kind.name, parseKindConfiguration(parts, integration, kind));
  return known.get(kind.name);
}

function parseKindConfiguration(parts: EngineParts, integration: Integration, kind: DeviceKind): unknown {
  const configured: JsonObject = { ...parts.serverKinds[kind.name], ...integration.kinds[kind.name] };
  const parsed = kind.configuration.safeParse(configured);
  if (parsed.success) return parsed.data;
  throw new CountersignError('misconfigured', {
    detail: `kind ${kind.name}: ${parsed.error.issues.map((issue) => `${issue.path.join('.')} ${issue.message}`).join('; ')}`,
  });
}

/** The kind of this name; `kind_unknown` otherwise. */
export function requireKind(kinds: DeviceKinds, name: string): DeviceKind {
  const kind = kinds.get(name);
  if (kind === undefined) {
    throw new CountersignError('kind_unknown', {
      issues: [{ path: 'kind', message: 'is not a device kind of this server' }],
    });
  }
  return kind;
}

/** Opens what a stored device is made of. */
export function openDevice(parts: EngineParts, device: StoredDevice): KindDevice<Json, Json> {
  return {
    id: device.id,
    secret: parts.vault.open(device.tenantId, 'devices.secret', device.id, device.secret),
    counters: JSON.parse(device.counters) as Json,
  };
}

/** What a new device of a kind is made of, for its row. */
export function sealNewDevice(
  parts: EngineParts,
  tenant: TenantId,
  kind: DeviceKind,
  id: string,
  state: DeviceState<unknown, unknown>,
): { secret: string; counters: string; lookup: string | undefined } {
  const name = kind.lookup?.(state);
  return {
    ...sealDevice(parts, tenant, id, state),
    lookup: name === undefined ? undefined : lookupHash(parts, tenant, kind, name),
  };
}

/** Seals what a device is made of for its row. */
export function sealDevice(
  parts: EngineParts,
  tenant: TenantId,
  id: string,
  state: DeviceState<unknown, unknown>,
): { secret: string; counters: string } {
  return {
    secret: parts.vault.seal(tenant, 'devices.secret', id, state.secret as Json),
    counters: JSON.stringify(state.counters),
  };
}

/** A stored device as it may be shown; `state` where it is open already. A kind that is not registered any more describes nothing. */
export function presentDevice(parts: EngineParts, device: StoredDevice, state?: DeviceState<unknown, unknown>): Device {
  const kind = parts.kinds.get(device.kind);
  return {
    id: device.id,
    userId: device.userId,
    kind: device.kind,
    name: device.name,
    status: device.status,
    public: kind === undefined ? {} : describe(parts, kind, device, state),
    createdAt: device.createdAt,
    ...(device.lastUsedAt === undefined ? {} : { lastUsedAt: device.lastUsedAt }),
  };
}

/** A device whose secret does not open can still be listed, and removed; it answers nothing. */
function describe(
  parts: EngineParts,
  kind: DeviceKind,
  device: StoredDevice,
  state: DeviceState<unknown, unknown> | undefined,
): JsonObject {
  try {
    return kind.describe(state ?? openDevice(parts, device));
  } catch (error) {
    if (error instanceof CountersignError && error.code === 'sealed_value_invalid') return {};
    throw error;
  }
}

/** Whether a device will never accept anything again. One that cannot be opened is not known to be. */
export function isSpent(parts: EngineParts, device: StoredDevice): boolean {
  const kind = parts.kinds.get(device.kind);
  if (kind?.isSpent === undefined) return false;
  const state = openIfItOpens(parts, device);
  return state !== undefined && kind.isSpent(state, parts.clock.now());
}

/** Whether a device could prove two factors by itself. One that cannot be opened is not known to. */
export function provesTwoFactors(parts: EngineParts, device: StoredDevice): boolean {
  const kind = parts.kinds.get(device.kind);
  if (kind?.factors === undefined) return false;
  const state = openIfItOpens(parts, device);
  return state !== undefined && kind.factors(state) === 2;
}

/** What a device is made of; undefined when it does not open: one that is broken must not stop the others of its user. */
export function openIfItOpens(parts: EngineParts, device: StoredDevice): KindDevice<Json, Json> | undefined {
  try {
    return openDevice(parts, device);
  } catch (error) {
    if (error instanceof CountersignError && error.code === 'sealed_value_invalid') return undefined;
    throw error;
  }
}

/** Whether the policy lets this device answer: it is in use, of a kind that is accepted, and can prove as many factors as are asked for. */
export function isDeviceUsable(parts: EngineParts, policy: Policy, device: StoredDevice): boolean {
  return (
    device.status === 'active' &&
    isKindUsable(policy, device.kind) &&
    (policy.factors === 1 || provesTwoFactors(parts, device))
  );
}
