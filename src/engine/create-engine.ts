import { type Clock, systemClock } from '../core/clock.ts';
import { CountersignError } from '../core/errors.ts';
import { platformTenant } from '../core/ids.ts';
import type { JsonObject } from '../core/model.ts';
import { type Random, systemRandom } from '../core/random.ts';
import { passwordHasher } from '../crypto/index.ts';
import type { Delivery } from '../delivery/index.ts';
import { builtInKinds, type DeviceKinds, deviceKinds } from '../devices/index.ts';
import { claimSetting, ensureTenant, findTenant, type Store, sweepStore } from '../store/index.ts';
import { createAdministrators } from './administrators.ts';
import { createAuditTrail } from './audit-trail.ts';
import { createChallenges } from './challenges/index.ts';
import { credentialCache } from './credential-cache.ts';
import { createDecide } from './decision.ts';
import { createDecoy } from './decoy.ts';
import { createDevices } from './devices.ts';
import type { Engine } from './engine.ts';
import { createEnrollments } from './enrollments/index.ts';
import { readFence } from './fence-restored.ts';
import { createIdempotency } from './idempotency.ts';
import { createIntegrations } from './integrations.ts';
import { createLedger } from './ledger.ts';
import { createNumbers } from './numbers.ts';
import { createOutbox } from './outbox/outbox.ts';
import type { EngineParts } from './parts.ts';
import { createPasskeys } from './passkeys.ts';
import { createPipeline } from './pipeline.ts';
import { createPortalTickets } from './portal-tickets.ts';
import { createSettings } from './settings.ts';
import { createSharedKeys } from './shared-keys.ts';
import { createTenants } from './tenants.ts';
import { createTrustedBrowsers } from './trusted-browsers/index.ts';
import { createUsers } from './users.ts';
import { createVault, type KeySource } from './vault.ts';
import { createVerify } from './verify.ts';
import { createWebhooks } from './webhooks/webhooks.ts';

/** How long ended enrollments and challenges, and forgotten wrong answers, are kept: 90 days. */
const retention = 90 * 24 * 60 * 60 * 1000;

export interface EngineOptions {
  /** An open store whose schema is up to date. */
  store: Store;
  keys: KeySource;
  delivery: Delivery;
  /** Default: the built-in kinds. */
  kinds?: DeviceKinds;
  /** Default: the machine's clock. */
  clock?: Clock;
  /** Default: the operating system's generator. */
  random?: Random;
  /** Configuration of device kinds for all integrations, by kind name. */
  serverKinds?: Readonly<Record<string, JsonObject>>;
}

/**
 * Puts the engine together.
 *
 * @throws `misconfigured` when the keys are not those that the database was written with
 */
export async function createEngine(options: EngineOptions): Promise<Engine> {
  const { store, keys, delivery, clock = systemClock, random = systemRandom, serverKinds = {} } = options;
  const kinds = options.kinds ?? deviceKinds(builtInKinds());
  await claimDatabase(store, keys, clock);

  const ledger = createLedger({ store, clock, random });
  const pipeline = createPipeline(ledger);
  const vault = createVault(keys, random);
  const passwords = passwordHasher();
  const fencedAt = await readFence(store);
  const parts: EngineParts = {
    store,
    ledger,
    pipeline,
    vault,
    delivery,
    get outbox() {
      return outbox;
    },
    kinds,
    serverKinds,
    kindConfigurations: new WeakMap(),
    passwords,
    fencedAt,
    clock,
    random,
  };
  const outbox = createOutbox(parts);
  const cache = credentialCache(clock);
  const audit = createAuditTrail(parts);

  return {
    kinds,
    tenants: createTenants(parts, cache),
    administrators: createAdministrators(parts),
    integrations: createIntegrations(parts, cache),
    users: createUsers(parts),
    devices: createDevices(parts),
    enrollments: createEnrollments(parts),
    challenges: createChallenges(parts),
    audit,
    idempotency: createIdempotency(parts),
    numbers: createNumbers(parts),
    sharedKeys: createSharedKeys(parts),
    settings: createSettings(parts),
    webhooks: createWebhooks(parts, cache),
    outbox: { work: (limit) => outbox.work(limit) },
    portalTickets: createPortalTickets(parts),
    passkeys: createPasskeys(parts),
    trustedBrowsers: createTrustedBrowsers(parts),
    verify: createVerify(parts, createDecoy({ kinds, vault, clock, random })),
    decide: createDecide(parts),
    checkHealth: () => store.ping(),
    sweep: () => store.transaction((db) => sweepStore(db, clock.now(), clock.now() - retention)),
    close: async () => {
      await outbox.close();
      await pipeline.drained();
      await audit.signHeads();
    },
  };
}

/** Ties the database to its keys, and makes the platform's own tenant on first use. */
async function claimDatabase(store: Store, keys: KeySource, clock: Clock): Promise<void> {
  const fingerprint = keys.ring().fingerprint();
  const claimed = await store.transaction(async (db) => {
    if ((await findTenant(db, platformTenant)) === undefined) {
      const now = clock.now();
      await ensureTenant(db, { id: platformTenant, name: 'Platform', active: true, createdAt: now, updatedAt: now });
    }
    return claimSetting(db, 'keys.fingerprint', fingerprint);
  });
  if (claimed !== fingerprint) {
    throw new CountersignError('misconfigured', {
      detail:
        'the keys are not those that this database was written with; put the original key file back (or COUNTERSIGN_KEYS)',
    });
  }
}
