import { Kysely, sql } from 'kysely';
import { systemRandom } from '../core/random.ts';
import { dialectOf } from './open-store.ts';

/** A database of its own on a server. */
export interface ScratchDatabase {
  url: string;
  /** Removes it; every store on it has to be closed. */
  drop(): Promise<void>;
}

/**
 * Makes an empty database for a test.
 *
 * @param serverUrl of a database of the server, with the right to make others: `postgres://…`, `mariadb://…`
 */
export async function createScratchDatabase(serverUrl: string): Promise<ScratchDatabase> {
  const name = `countersign_test_${Buffer.from(systemRandom.bytes(8)).toString('hex')}`;
  await onServer(serverUrl, (db) => sql`create database ${sql.id(name)}`.execute(db));
  const url = new URL(serverUrl);
  url.pathname = `/${name}`;
  return {
    url: url.href,
    drop: () => onServer(serverUrl, (db) => sql`drop database ${sql.id(name)}`.execute(db)),
  };
}

async function onServer(url: string, work: (db: Kysely<unknown>) => Promise<unknown>): Promise<void> {
  const db = new Kysely<unknown>({ dialect: dialectOf(url).kysely });
  try {
    await work(db);
  } finally {
    await db.destroy();
  }
}
