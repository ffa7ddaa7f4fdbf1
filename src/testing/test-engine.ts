import { CountersignError } from '../core/errors.ts';
import { platformTenant, type TenantId } from '../core/ids.ts';
import type { OutgoingMessage } from '../core/message.ts';
import type { Integration, JsonObject } from '../core/model.ts';
import type { PolicyOptions } from '../core/policy/policy.ts';
import { systemRandom } from '../core/random.ts';
import { createKeyFile, keyRing } from '../crypto/index.ts';
import { builtInKinds, type DeviceKind, deviceKinds, type ValidateYubikey } from '../devices/index.ts';
import { type Caller, createEngine, type Engine, type IntegrationCaller } from '../engine/index.ts';
import { createScratchDatabase, openStore, type ScratchDatabase, type Store } from '../store/index.ts';
import { type VirtualClock, virtualClock } from './virtual-clock.ts';

export interface TestEngineOptions {
  clock?: VirtualClock;
  /** Device kinds besides the built-in ones. */
  kinds?: DeviceKind[];
  serverKinds?: Record<string, JsonObject>;
  /** Asks validation servers about YubiKeys. Default: none of them can be reached. */
  validateYubikey?: ValidateYubikey;
  policy?: PolicyOptions;
  /**
   * Default: a database in memory; with COUNTERSIGN_TEST_DATABASE_URL (a database of a PostgreSQL or MariaDB server) a new database on
   * that server, which goes with the engine.
   */
  databaseUrl?: string;
}

/** An engine with a tenant, an integration and an inbox, for tests of what is built on it. */
export interface TestEngine {
  engine: Engine;
  store: Store;
  clock: VirtualClock;
  /** Everything that was delivered, newest last. */
  messages: OutgoingMessage[];
  /** Lets every delivery fail from now on, with this error or a plain `delivery_failed`. */
  failDelivery(on: boolean, error?: CountersignError): void;
  tenant: TenantId;
  /** A platform administrator. */
  system: Caller;
  integration: Integration;
  token: string;
  accessKey: string;
  secretKey: string;
  caller: IntegrationCaller;
  close: () => Promise<void>;
}

/** A caller that speaks for an integration at a door. */
export function integrationCaller(integration: Integration, door = 'test'): IntegrationCaller {
  return { tenant: integration.tenantId, actor: { type: 'integration', id: integration.id }, door, integration };
}

const nobody: ValidateYubikey = () => Promise.resolve({ status: 'unavailable', detail: 'a test reaches nobody' });

/** Makes a working engine on a fresh database: virtual clock, messages caught, one tenant, one integration. */
export async function createTestEngine(options: TestEngineOptions = {}): Promise<TestEngine> {
  const clock = options.clock ?? virtualClock();
  const database = await chooseDatabase(options.databaseUrl);
  const store = await openStore({ url: database.url });
  await store.migrate();
  const ring = keyRing(createKeyFile(systemRandom, clock.now()));
  const messages: OutgoingMessage[] = [];
  let failing: CountersignError | undefined;
  const engine = await createEngine({
    store,
    clock,
    keys: { ring: () => ring, refresh: () => undefined },
    kinds: deviceKinds([
      ...builtInKinds({ yubikey: { validate: options.validateYubikey ?? nobody } }),
      ...(options.kinds ?? []),
    ]),
    serverKinds: options.serverKinds ?? {},
    delivery: {
      deliver: async (message) => {
        if (failing !== undefined) throw failing;
        messages.push(message);
      },
      close: async () => undefined,
    },
  });
  const system: Caller = { tenant: platformTenant, actor: { type: 'system', id: 'test' }, door: 'test' };
  const { tenant } = await engine.tenants.create(system, { name: 'Default' });
  const created = await engine.integrations.create(
    { ...system, tenant: tenant.id },
    {
      name: 'Default',
      notes: 'Default Integration',
      policy: options.policy ?? {},
      doors: { rest: {}, oss2fa: {}, adjure: { openTo: ['127.0.0.0/8', '::1/128'] } },
      readableSecretKey: true,
    },
  );
  return {
    engine,
    store,
    clock,
    messages,
    failDelivery: (on, error) => {
      failing = on
        ? (error ?? new CountersignError('delivery_failed', { detail: 'the test lets it fail' }))
        : undefined;
    },
    tenant: tenant.id,
    system,
    ...created,
    caller: integrationCaller(created.integration),
    close: async () => {
      await engine.close();
      await store.close();
      await database.drop();
    },
  };
}

async function chooseDatabase(url: string | undefined): Promise<ScratchDatabase> {
  const server = process.env['COUNTERSIGN_TEST_DATABASE_URL'];
  if (url === undefined && server !== undefined) return createScratchDatabase(server);
  return { url: url ?? 'sqlite::memory:', drop: async () => undefined };
}
