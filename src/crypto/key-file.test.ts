import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { systemRandom } from '../core/random.ts';
import {
  createKeyFile,
  keyFileFromEnvironment,
  keyFileIsPrivate,
  loadKeyFile,
  rotateSealingKey,
  saveKeyFile,
} from './index.ts';

const keys = createKeyFile(systemRandom, 0);
let folder = '';
let path = '';

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'countersign-keys-'));
  path = join(folder, 'keys.json');
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

describe('the key file', () => {
  it('is read as it was written, and undefined where there is none', () => {
    expect(loadKeyFile(path)).toBeUndefined();
    saveKeyFile(path, keys);
    expect(loadKeyFile(path)).toEqual(keys);
  });

  it('is for its owner only, whatever the mask and the file before it allowed', () => {
    writeFileSync(path, '{}');
    chmodSync(path, 0o666);
    expect(keyFileIsPrivate(path)).toBe(false);
    saveKeyFile(path, keys);
    expect(statSync(path).mode & 0o777).toBe(0o600);
    expect(keyFileIsPrivate(path)).toBe(true);
  });

  it.each([0o640, 0o604, 0o620, 0o601])('is not private with mode %o', (mode) => {
    saveKeyFile(path, keys);
    chmodSync(path, mode);
    expect(keyFileIsPrivate(path)).toBe(false);
  });

  it('is replaced in one step, and nothing else stays in the folder', () => {
    saveKeyFile(path, keys);
    const before = statSync(path).ino;
    const rotated = rotateSealingKey(keys, systemRandom, 1);
    saveKeyFile(path, rotated);
    expect(loadKeyFile(path)).toEqual(rotated);
    expect(statSync(path).ino).not.toBe(before);
    expect(readdirSync(folder)).toEqual(['keys.json']);
  });

  it('is made by one of two first starts, and the other is told so', () => {
    saveKeyFile(path, keys, { replace: false });
    const late = createKeyFile(systemRandom, 0);
    expect(() => saveKeyFile(path, late, { replace: false })).toThrow(
      expect.objectContaining({ code: 'already_exists' }),
    );
    expect(loadKeyFile(path)).toEqual(keys);
    expect(keyFileIsPrivate(path)).toBe(true);
    expect(readdirSync(folder)).toEqual(['keys.json']);
  });

  it('stays as it was when the new one cannot be written', () => {
    mkdirSync(path);
    writeFileSync(join(path, 'occupied'), '');
    expect(() => saveKeyFile(path, keys)).toThrow(expect.objectContaining({ code: 'misconfigured' }));
    expect(readdirSync(folder)).toEqual(['keys.json']);
    expect(existsSync(join(path, 'occupied'))).toBe(true);
    expect(() => saveKeyFile(join(folder, 'missing', 'keys.json'), keys)).toThrow(
      expect.objectContaining({ code: 'misconfigured', detail: expect.stringContaining('ENOENT') }),
    );
  });

  it('that cannot be read or is damaged is named, not quoted, and not taken for absent', () => {
    expect(() => loadKeyFile(folder)).toThrow(
      expect.objectContaining({ code: 'misconfigured', detail: expect.stringContaining(folder) }),
    );
    saveKeyFile(path, keys);
    const text = readFileSync(path, 'utf8');
    for (const damaged of ['', text.slice(0, 40), text.replace(keys.hashing, keys.hashing.slice(4))]) {
      writeFileSync(path, damaged);
      expect(() => loadKeyFile(path)).toThrow(
        expect.objectContaining({ code: 'misconfigured', detail: expect.stringContaining(path) }),
      );
      expect(() => loadKeyFile(path)).not.toThrow(
        expect.objectContaining({ detail: expect.stringContaining(keys.hashing.slice(4)) }),
      );
    }
  });
});

describe('keys from the environment', () => {
  const json = JSON.stringify(keys, undefined, 2);

  it.each([
    ['JSON', json],
    ['base64', Buffer.from(json).toString('base64')],
    ['base64url', Buffer.from(json).toString('base64url')],
    ['base64 in lines', `${Buffer.from(json).toString('base64').replace(/.{76}/g, '$&\n')}\n`],
  ])('may be %s', (_name, text) => {
    expect(keyFileFromEnvironment({ COUNTERSIGN_KEYS: text })).toEqual(keys);
  });

  it('are absent when the variable is unset or empty', () => {
    expect(keyFileFromEnvironment({})).toBeUndefined();
    expect(keyFileFromEnvironment({ COUNTERSIGN_KEYS: ' \n' })).toBeUndefined();
  });

  it('are refused by the name of the variable when they are anything else', () => {
    for (const text of ['x', json.slice(1), `{${json}`, Buffer.from('{}').toString('base64'), keys.hashing]) {
      expect(() => keyFileFromEnvironment({ COUNTERSIGN_KEYS: text })).toThrow(
        expect.objectContaining({ code: 'misconfigured', detail: expect.stringMatching(/^COUNTERSIGN_KEYS: /) }),
      );
    }
  });
});
