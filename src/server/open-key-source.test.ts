import { readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { systemClock } from '../core/clock.ts';
import { systemRandom } from '../core/random.ts';
import { createKeyFile, parseKeyFile, rotateSealingKey, saveKeyFile } from '../crypto/index.ts';
import { createEngine } from '../engine/index.ts';
import { openStore, type Store } from '../store/index.ts';
import { openKeySource } from './open-key-source.ts';
import { temporaryFolder } from './server.fixture.ts';

let folder: ReturnType<typeof temporaryFolder>;
let store: Store;
let file: string;

beforeEach(async () => {
  folder = temporaryFolder();
  file = join(folder.path, 'keys', 'keys.json');
  store = await openStore({ url: `sqlite:${join(folder.path, 'countersign.db')}` });
  await store.migrate();
});
afterEach(async () => {
  await store.close();
  folder.remove();
});

const nowhere = { deliver: async () => undefined, close: async () => undefined };
const newKeyFile = () => createKeyFile(systemRandom, systemClock.now());

describe('the keys of a server', () => {
  it('are made on the first start, for the owner alone, and read again afterwards', async () => {
    const first = await openKeySource({ file, store });
    expect(statSync(file).mode & 0o777).toBe(0o600);
    const second = await openKeySource({ file, store });
    expect(second.ring().fingerprint()).toBe(first.ring().fingerprint());
  });

  it('are the same for all of several servers that start at once', async () => {
    const sources = await Promise.all(Array.from({ length: 8 }, () => openKeySource({ file, store })));
    expect(new Set(sources.map((source) => source.ring().activeKeyId)).size).toBe(1);
  });

  it('are never made anew for a database that was written with others (SEC-03)', async () => {
    const keys = await openKeySource({ file, store });
    await createEngine({ store, keys, delivery: nowhere });
    rmSync(file);
    await expect(openKeySource({ file, store })).rejects.toMatchObject({
      code: 'misconfigured',
      detail: expect.stringContaining(file),
      issues: [{ path: 'keys.file', message: expect.stringContaining('put it back') }],
    });
    expect(statSync(file, { throwIfNoEntry: false })).toBeUndefined();
  });

  it('can come from the environment, and then no file is made', async () => {
    const content = JSON.stringify(newKeyFile());
    const keys = await openKeySource({ file, store, env: { COUNTERSIGN_KEYS: content } });
    expect(keys.ring().activeKeyId).toBe(parseKeyFile(content).active);
    expect(statSync(file, { throwIfNoEntry: false })).toBeUndefined();
  });

  it('are rotated while serving: a refresh sees the new one', async () => {
    const keys = await openKeySource({ file, store });
    const before = keys.ring().activeKeyId;
    keys.refresh();
    expect(keys.ring().activeKeyId).toBe(before);
    saveKeyFile(file, rotateSealingKey(parseKeyFile(readFileSync(file, 'utf8')), systemRandom, systemClock.now()));
    keys.refresh();
    expect(keys.ring().activeKeyId).not.toBe(before);
    expect(keys.ring().sealingKeyIds).toContain(before);
  });

  it('stay as they are when the file vanishes, is spoilt or is another installation’s', async () => {
    const reports: unknown[] = [];
    const keys = await openKeySource({ file, store, report: (error) => reports.push(error) });
    const before = keys.ring();
    rmSync(file);
    keys.refresh();
    expect(keys.ring()).toBe(before);
    expect(reports).toEqual([]);

    writeFileSync(file, '{"version":1');
    keys.refresh();
    saveKeyFile(file, newKeyFile());
    keys.refresh();
    expect(keys.ring()).toBe(before);
    expect(reports).toEqual([
      expect.objectContaining({ code: 'misconfigured' }),
      expect.objectContaining({ detail: expect.stringContaining('exchanged for another one') }),
    ]);
  });
});
