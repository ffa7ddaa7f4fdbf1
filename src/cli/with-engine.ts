import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Command } from 'commander';
import { systemClock } from '../core/clock.ts';
import { systemRandom } from '../core/random.ts';
import type { Engine, KeySource } from '../engine/index.ts';
import type { Config } from '../server/config/config.ts';
import type { Store } from '../store/index.ts';
import { environmentOf, readConfig } from './read-config.ts';

/** What a command works with: the same database and keys as the server, which may run meanwhile. */
export interface Installation {
  config: Config;
  store: Store;
  keys: KeySource;
  engine: Engine;
}

/** Opens database, keys and engine for a command, and closes them behind it. */
export async function withEngine<T>(
  command: Command,
  work: (installation: Installation) => T | Promise<T>,
): Promise<T> {
  // Loaded here, so that a command that needs none of it starts at once.
  const { createEngine } = await import('../engine/index.ts');
  return withStore(command, async ({ config, store, keys }) => {
    const delivery = await refuseDelivery();
    const { kindSettings } = await import('../server/kind-settings.ts');
    const kinds = await kindsOf(config);
    const engine = await createEngine({ store, keys, delivery, ...kinds, serverKinds: kindSettings(config) });
    try {
      return await work({ config, store, keys, engine });
    } finally {
      await keepHeads(engine, join(config.dataDir, 'audit-heads.jsonl'));
      await engine.close();
    }
  });
}

/** The kinds as the server has them; who asks nobody outside takes those that the engine has anyway. */
async function kindsOf(config: Config) {
  if (config.yubico === undefined) return {};
  const { deviceKinds } = await import('../devices/index.ts');
  const { wireKinds } = await import('../server/wire-kinds.ts');
  return { kinds: deviceKinds(wireKinds(config, { clock: systemClock, random: systemRandom })) };
}

/** The same without the engine. */
export async function withStore<T>(
  command: Command,
  work: (opened: Omit<Installation, 'engine'>) => Promise<T>,
): Promise<T> {
  const config = await readConfig(command);
  const { openExistingStore } = await import('./open-existing-store.ts');
  const { openKeySource } = await import('../server/open-key-source.ts');
  const store = await openExistingStore(config.databaseUrl);
  try {
    await checkMigrated(store);
    const keys = await openKeySource({ file: config.keysFile, env: environmentOf(command), store });
    return await work({ config, store, keys });
  } finally {
    await store.close();
  }
}

/** The copy of the signed heads that the server keeps outside of the database has those of commands, too. */
async function keepHeads(engine: Engine, file: string): Promise<void> {
  // Made by a command, it could belong to another user of the machine than the server's.
  if (!existsSync(file)) return;
  const { auditHeadSigner } = await import('../server/audit-head-signer.ts');
  await auditHeadSigner(engine, file).sign();
}

async function checkMigrated(store: Store): Promise<void> {
  const pending = await store.pendingMigrations();
  if (pending.length === 0) return;
  const { CountersignError } = await import('../core/errors.ts');
  const detail = `the database lacks ${pending.join(', ')}: run "countersign migrate", or start the server`;
  throw new CountersignError('misconfigured', { detail });
}

/** Messages are the server's to send. */
async function refuseDelivery() {
  const { CountersignError } = await import('../core/errors.ts');
  return {
    deliver: () => Promise.reject(new CountersignError('delivery_failed', { detail: 'a command sends no messages' })),
    close: () => Promise.resolve(),
  };
}
