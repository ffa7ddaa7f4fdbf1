import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { openStore, type Store, type StoreOptions } from './open-store.ts';

/** A database file that goes with the test. */
export function databaseFile(): { folder: string; path: string; url: string } {
  const folder = mkdtempSync(join(tmpdir(), 'countersign-store-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const path = join(folder, 'countersign.db');
  return { folder, path, url: `sqlite:${path}` };
}

/** A store that is closed with the test; with its tables unless `migrate` is false. */
export async function openTestStore(options: Partial<StoreOptions> & { migrate?: boolean } = {}): Promise<Store> {
  const { migrate = true, ...rest } = options;
  const store = await openStore({ url: 'sqlite::memory:', ...rest });
  onTestFinished(() => store.close());
  if (migrate) await store.migrate();
  return store;
}
