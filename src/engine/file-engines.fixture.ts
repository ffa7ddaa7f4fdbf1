import type { KyselyPlugin } from 'kysely';
import { onTestFinished } from 'vitest';
import type { TenantId } from '../core/ids.ts';
import { platformTenant } from '../core/ids.ts';
import type { OutgoingMessage } from '../core/message.ts';
import type { PolicyOptions } from '../core/policy/policy.ts';
import { systemRandom } from '../core/random.ts';
import { createKeyFile, type KeyFile, keyRing, rotateSealingKey } from '../crypto/index.ts';
import type { Delivery } from '../delivery/index.ts';
import { builtInKinds, type DeviceKind, deviceKinds } from '../devices/index.ts';
import { databaseFileOf, openStore, type Store } from '../store/index.ts';
import { databaseFile, sharedDatabase } from '../store/database-file.fixture.ts';
import { integrationCaller, type VirtualClock, virtualClock } from '../testing/index.ts';
import { type Caller, createEngine, type Engine, type IntegrationCaller, type KeySource } from './index.ts';

/** A key source whose keys can be rotated and retired while engines use it. */
export interface TestKeys extends KeySource {
  file: KeyFile;
  rotate(): void;
  replace(file: KeyFile): void;
}

export function testKeys(): TestKeys {
  let file = createKeyFile(systemRandom, Date.UTC(2026, 0, 1));
  let ring = keyRing(file);
  const replace = (next: KeyFile) => {
    file = next;
    ring = keyRing(next);
  };
  return {
    get file() {
      return file;
    },
    ring: () => ring,
    refresh: () => undefined,
    replace,
    rotate: () => replace(rotateSealingKey(file, systemRandom, Date.UTC(2026, 0, 1))),
  };
}

export interface FileEngine {
  engine: Engine;
  store: Store;
  close(): Promise<void>;
}

export interface FileEngines {
  url: string;
  /** Of the database file; empty when it is on a server. */
  path: string;
  clock: VirtualClock;
  keys: TestKeys;
  messages: OutgoingMessage[];
  system: Caller;
  tenant: TenantId;
  /** Of the first engine. */
  engine: Engine;
  store: Store;
  caller: IntegrationCaller;
  token: string;
  /** Opens another engine on the same file, as another process would. */
  open(options?: { keys?: KeySource }): Promise<FileEngine>;
}

export interface FileEnginesOptions {
  /** For what is about SQLite's files: never on the server that the suite runs on. */
  file?: boolean;
  plugins?: KyselyPlugin[];
  kinds?: DeviceKind[];
  policy?: PolicyOptions;
  delivery?: Delivery;
}

/** An engine on a database file, with a tenant and an integration, and the means to open more on the same file. */
export async function openFileEngines(options: FileEnginesOptions = {}): Promise<FileEngines> {
  const { url } = options.file === true ? databaseFile() : await sharedDatabase();
  const path = databaseFileOf(url) ?? '';
  const clock = virtualClock();
  const keys = testKeys();
  const messages: OutgoingMessage[] = [];
  const caught: Delivery = {
    deliver: async (message) => void messages.push(message),
    close: async () => undefined,
  };

  const open = async (other: { keys?: KeySource } = {}): Promise<FileEngine> => {
    const store = await openStore({ url, plugins: options.plugins ?? [] });
    onTestFinished(() => store.close());
    await store.migrate();
    const engine = await createEngine({
      store,
      clock,
      keys: other.keys ?? keys,
      kinds: deviceKinds([...builtInKinds(), ...(options.kinds ?? [])]),
      delivery: options.delivery ?? caught,
    });
    return {
      engine,
      store,
      close: async () => {
        await engine.close();
        await store.close();
      },
    };
  };

  const { engine, store } = await open();
  const system: Caller = { tenant: platformTenant, actor: { type: 'system', id: 'test' }, door: 'test' };
  const { tenant } = await engine.tenants.create(system, { name: 'Example' });
  const created = await engine.integrations.create(
    { ...system, tenant: tenant.id },
    { name: 'Example', policy: options.policy ?? {} },
  );
  const caller = integrationCaller(created.integration);
  return {
    url,
    path,
    clock,
    keys,
    messages,
    system,
    tenant: tenant.id,
    engine,
    store,
    caller,
    token: created.token,
    open,
  };
}
