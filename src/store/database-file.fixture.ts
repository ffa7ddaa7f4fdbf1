import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { openStore, type Store, type StoreOptions } from './open-store.ts';
import { createScratchDatabase } from './scratch-database.ts';

/** A database file that goes with the test. */
export function databaseFile(): { folder: string; path: string; url: string } {
  const folder = mkdtempSync(join(tmpdir(), 'countersign-store-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const path = join(folder, 'countersign.db');
  return { folder, path, url: `sqlite:${path}` };
}

/** A database that several stores can open, of the kind that the suite runs on; it goes with the test. */
export async function sharedDatabase(): Promise<{ url: string }> {
  const server = process.env['COUNTERSIGN_TEST_DATABASE_URL'];
  if (server === undefined) return databaseFile();
  const database = await createScratchDatabase(server);
  onTestFinished(() => database.drop());
  return database;
}

/** A store that is closed with the test; with its tables unless `migrate` is false. */
export async function openTestStore(options: Partial<StoreOptions> & { migrate?: boolean } = {}): Promise<Store> {
  const { migrate = true, ...rest } = options;
  const url = rest.url ?? (await ownDatabase());
  const store = await openStore({ ...rest, url });
  onTestFinished(() => store.close());
  if (migrate) await store.migrate();
  return store;
}

async function ownDatabase(): Promise<string> {
  if (process.env['COUNTERSIGN_TEST_DATABASE_URL'] === undefined) return 'sqlite::memory:';
  return (await sharedDatabase()).url;
}
