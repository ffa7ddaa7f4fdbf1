import type { Command } from 'commander';
import { systemClock } from '../core/clock.ts';
import { CountersignError } from '../core/errors.ts';
import { systemRandom } from '../core/random.ts';
import {
  keyFileFromEnvironment,
  loadKeyFile,
  retireSealingKey,
  rotateSealingKey,
  saveKeyFile,
} from '../crypto/index.ts';
import { findKeysInUse, resealAll } from '../engine/index.ts';
import { readKeyFile } from './read-keys.ts';
import { withStore } from './with-engine.ts';

export interface SealingKey {
  id: string;
  active: boolean;
  /** Something in the database is sealed with it. */
  inUse: boolean;
  createdAt: number;
}

/** The sealing keys, oldest first. */
export async function listKeys(command: Command): Promise<SealingKey[]> {
  return withStore(command, async ({ config, store, keys }) => {
    const file = readKeyFile(config);
    const others = await findKeysInUse({ store, keys });
    return file.sealing.map(({ id, createdAt }) => ({
      id,
      active: id === file.active,
      inUse: id === file.active || others.includes(id),
      createdAt: Date.parse(createdAt),
    }));
  });
}

/** Adds a sealing key, makes it the active one and seals everything with it. A server that runs finds it by itself. */
export async function rotateKey(
  command: Command,
  onProgress: (done: number) => void,
): Promise<{ id: string; resealed: number }> {
  return withStore(command, async ({ config, store, keys }) => {
    const rotated = rotateSealingKey(readOwnKeyFile(config.keysFile), systemRandom, systemClock.now());
    saveKeyFile(config.keysFile, rotated);
    keys.refresh();
    return { id: rotated.active, resealed: await resealAll({ store, keys, random: systemRandom }, onProgress) };
  });
}

/** Seals with the active key what is not: what a rotation that was cut short has left, and what a server wrote meanwhile. */
export async function resealDatabase(command: Command, onProgress: (done: number) => void): Promise<number> {
  return withStore(command, ({ store, keys }) => resealAll({ store, keys, random: systemRandom }, onProgress));
}

/** Servers look for new keys every few seconds; until then they seal with the one they know. */
const settlingMs = 15_000;

/**
 * Removes a sealing key that nothing is sealed with.
 *
 * @throws CountersignError `conflict` for a key that is needed, `not_found`
 */
export async function retireKey(command: Command, id: string): Promise<void> {
  await withStore(command, async ({ config, store, keys }) => {
    const file = readOwnKeyFile(config.keysFile);
    const remaining = retireSealingKey(file, id);
    const activeSince = file.sealing.find((key) => key.id === file.active)?.createdAt ?? '';
    if (systemClock.now() - Date.parse(activeSince) < settlingMs) {
      const detail = 'the active key is a few seconds old, and a running server may not know it yet: try again in 15 s';
      throw new CountersignError('conflict', { detail });
    }
    if ((await findKeysInUse({ store, keys })).includes(id)) {
      const detail = `values are still sealed with ${id}: "countersign key reseal" seals them with the active key`;
      throw new CountersignError('conflict', { detail });
    }
    saveKeyFile(config.keysFile, remaining);
  });
}

function readOwnKeyFile(path: string) {
  if (keyFileFromEnvironment(process.env) !== undefined) {
    const detail = 'the keys come from COUNTERSIGN_KEYS, which no command can change; use a key file to rotate them';
    throw new CountersignError('wrong_state', { detail });
  }
  const file = loadKeyFile(path);
  if (file === undefined) throw new CountersignError('misconfigured', { detail: `there is no key file at ${path}` });
  return file;
}
