import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { type Clock, systemClock } from '../core/clock.ts';
import { CountersignError } from '../core/errors.ts';
import { type Random, systemRandom } from '../core/random.ts';
import {
  createKeyFile,
  type KeyFile,
  keyFileFromEnvironment,
  keyRing,
  loadKeyFile,
  saveKeyFile,
} from '../crypto/index.ts';
import type { KeySource } from '../engine/index.ts';
import { findSetting, type Store } from '../store/index.ts';
import type { Environment } from './config/environment.ts';
import { fileStamp } from './file-stamp.ts';

export interface KeySourceOptions {
  /** The key file; made when neither it nor a database that was written with keys exists. */
  file: string;
  /** COUNTERSIGN_KEYS in it takes the place of the file. Default: nothing. */
  env?: Environment;
  store: Store;
  clock?: Clock;
  random?: Random;
  /** Hears why a changed key file is not used. Default: nobody. */
  report?: (error: unknown) => void;
}

/**
 * The keys of a server. A rotation by another process is seen at the next `refresh`; a file that has vanished, cannot be read or is
 * another installation's changes nothing.
 *
 * @throws CountersignError `misconfigured`, also when the keys of the database are lost: new ones would open nothing
 */
export async function openKeySource(options: KeySourceOptions): Promise<KeySource> {
  const { file, env = {}, store, clock = systemClock, random = systemRandom, report = () => undefined } = options;
  const fromEnvironment = keyFileFromEnvironment(env);
  if (fromEnvironment !== undefined) {
    const ring = keyRing(fromEnvironment);
    return { ring: () => ring, refresh: () => undefined };
  }

  // Before the content is read: what changes in between is seen again.
  let stamp = fileStamp(file);
  let ring = keyRing(loadKeyFile(file) ?? (await makeKeyFile(file, store, clock, random)));
  return {
    ring: () => ring,
    refresh: () => {
      const current = fileStamp(file);
      if (current === stamp || current === '') return;
      stamp = current;
      try {
        const content = loadKeyFile(file);
        if (content === undefined) return;
        const fresh = keyRing(content);
        if (fresh.fingerprint() === ring.fingerprint()) ring = fresh;
        else
          throw new CountersignError('misconfigured', { detail: `the key file ${file} was exchanged for another one` });
      } catch (error) {
        report(error);
      }
    },
  };
}

/** The keys of a first start. Of two processes that start together, one makes them and the other takes what that one made. */
async function makeKeyFile(file: string, store: Store, clock: Clock, random: Random): Promise<KeyFile> {
  if ((await store.read((db) => findSetting(db, 'keys.fingerprint'))) !== undefined) {
    throw new CountersignError('misconfigured', {
      detail:
        `the key file ${file} is missing, but the database was written with keys; put it back from the backup ` +
        '(or set COUNTERSIGN_KEYS). New keys could not open what is stored',
      issues: [
        { path: 'keys.file', message: `names a missing file, and the database was written with its keys: put it back` },
      ],
    });
  }
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
  const made = createKeyFile(random, clock.now());
  try {
    saveKeyFile(file, made, { replace: false });
    return made;
  } catch (error) {
    if (!(error instanceof CountersignError) || error.code !== 'already_exists') throw error;
    const others = loadKeyFile(file);
    if (others === undefined) throw error;
    return others;
  }
}
