import { randomUUID } from 'node:crypto';
import {
  closeSync,
  fsyncSync,
  linkSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { CountersignError } from '../core/errors.ts';
import { type KeyFile, parseKeyFile } from './key-ring.ts';

/**
 * Reads a key file; undefined when there is none.
 *
 * @throws `misconfigured` when it cannot be read or is not a key file
 */
export function loadKeyFile(path: string): KeyFile | undefined {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    const code = systemCode(error);
    if (code === 'ENOENT') return undefined;
    throw new CountersignError('misconfigured', { detail: `the key file ${path} cannot be read (${code})` });
  }
  return parseFrom(path, text);
}

/**
 * Writes a key file that only its owner may read. A crash leaves the old file or the new one, never half of one.
 *
 * @param options.replace whether an existing file may be replaced (default true). Set it to false when a first start
 * makes the keys: of two processes that start together one gets `already_exists` and must load what the other wrote.
 */
export function saveKeyFile(path: string, file: KeyFile, options: { replace?: boolean } = {}): void {
  const temporary = join(dirname(path), `.${basename(path)}.${randomUUID()}`);
  try {
    const handle = openSync(temporary, 'wx', 0o600);
    try {
      writeFileSync(handle, `${JSON.stringify(file, undefined, 2)}\n`);
      fsyncSync(handle);
    } finally {
      closeSync(handle);
    }
    if (options.replace === false) linkSync(temporary, path);
    else renameSync(temporary, path);
    syncFolder(dirname(path));
  } catch (error) {
    const code = systemCode(error);
    if (code === 'EEXIST') throw new CountersignError('already_exists', { detail: `there is a key file at ${path}` });
    throw new CountersignError('misconfigured', { detail: `the key file ${path} cannot be written (${code})` });
  } finally {
    rmSync(temporary, { force: true });
  }
}

/**
 * The keys of the variable COUNTERSIGN_KEYS (the JSON of a key file, or that in base64), for hosts without a disk of
 * their own. Undefined when it is unset or empty.
 *
 * @throws `misconfigured` when it holds something else
 */
export function keyFileFromEnvironment(env: Readonly<Record<string, string | undefined>>): KeyFile | undefined {
  const text = env['COUNTERSIGN_KEYS']?.trim() ?? '';
  if (text === '') return undefined;
  return parseFrom('COUNTERSIGN_KEYS', text.startsWith('{') ? text : Buffer.from(text, 'base64').toString('utf8'));
}

/** Whether nobody but the owner may read or write the file. Always true on Windows, which has no such mode. */
export function keyFileIsPrivate(path: string): boolean {
  return process.platform === 'win32' || (statSync(path).mode & 0o077) === 0;
}

function parseFrom(source: string, text: string): KeyFile {
  try {
    return parseKeyFile(text);
  } catch (error) {
    if (!(error instanceof CountersignError)) throw error;
    throw new CountersignError(error.code, { detail: `${source}: ${error.detail ?? ''}`, issues: error.issues });
  }
}

/** The new name is on the disk only when its folder is. Windows cannot open a folder, and need not. */
function syncFolder(path: string): void {
  if (process.platform === 'win32') return;
  const handle = openSync(path, 'r');
  try {
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
}

function systemCode(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : 'unknown';
}
