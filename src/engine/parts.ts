import type { AuditEntry } from '../audit/index.ts';
import type { Clock } from '../core/clock.ts';
import { CountersignError } from '../core/errors.ts';
import type { Integration, JsonObject } from '../core/model.ts';
import type { Random } from '../core/random.ts';
import type { PasswordHasher } from '../crypto/index.ts';
import type { Delivery } from '../delivery/index.ts';
import type { DeviceKinds } from '../devices/index.ts';
import type { Store } from '../store/index.ts';
import type { Caller, IntegrationCaller } from './engine.ts';
import type { Ledger } from './ledger.ts';
import type { Outbox } from './outbox/outbox.ts';
import type { Pipeline } from './pipeline.ts';
import type { Vault } from './vault.ts';

/** What the engine is made of; every part of it takes this explicitly. */
export interface EngineParts {
  store: Store;
  ledger: Ledger;
  pipeline: Pipeline;
  vault: Vault;
  delivery: Delivery;
  outbox: Outbox;
  kinds: DeviceKinds;
  serverKinds: Readonly<Record<string, JsonObject>>;
  /** The configuration of kinds by name, parsed once for as long as an integration is held. */
  kindConfigurations: WeakMap<Integration, Map<string, unknown>>;
  passwords: PasswordHasher;
  /** When the database was last restored from a backup. */
  fencedAt: number | undefined;
  clock: Clock;
  random: Random;
}

/** An audit entry of what a caller did. */
export function entryOf(
  caller: Caller | IntegrationCaller,
  event: string,
  outcome: AuditEntry['outcome'],
  about: Partial<Omit<AuditEntry, 'event' | 'outcome' | 'actor' | 'door' | 'source' | 'integrationId'>> = {},
): AuditEntry {
  return {
    event,
    outcome,
    actor: caller.actor,
    door: caller.door,
    ...(caller.source === undefined ? {} : { source: caller.source }),
    ...('integration' in caller ? { integrationId: caller.integration.id } : {}),
    ...about,
  };
}

/** The object, or `not_found`: a missing one and one that the caller may not see are the same. */
export function found<T>(object: T | undefined): T {
  if (object === undefined) throw new CountersignError('not_found');
  return object;
}

const controlCharacter = /\p{Cc}/u;

/**
 * A name as it may be stored: 1 to `longest` UTF-16 units in Unicode NFC, well formed, no control characters.
 * `invalid_parameters` names the path otherwise.
 */
export function checkName(path: string, text: string, longest = 128): string {
  const issue = (message: string) => new CountersignError('invalid_parameters', { issues: [{ path, message }] });
  if (!text.isWellFormed() || controlCharacter.test(text)) throw issue('must not contain control characters');
  const name = text.normalize('NFC');
  if (name.length < 1 || name.length > longest) throw issue(`must have 1 to ${longest} characters`);
  return name;
}
