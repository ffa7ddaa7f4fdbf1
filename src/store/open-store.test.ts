import { sql } from 'kysely';
import { describe, expect, test } from 'vitest';
import { CountersignError } from '../core/errors.ts';
import type { TenantId } from '../core/ids.ts';
import { openTestStore, sharedDatabase } from './database-file.fixture.ts';
import { type Executor, findSetting, insertTenant, openStore, setSetting, type Store } from './index.ts';

const unavailable = { name: 'CountersignError', code: 'unavailable', status: 503 };

async function insertTenantNamed(db: Executor, id: string, name: string): Promise<void> {
  await insertTenant(db, { id: id as TenantId, name, active: true, createdAt: 1, updatedAt: 1 });
}

/** Tables and their columns, as the database itself knows them. */
async function schemaOf(store: Store): Promise<unknown> {
  return store.db.introspection.getTables({ withInternalKyselyTables: true });
}

describe('migrations', () => {
  test('are pending on a new database, are done once, and change nothing when they are done again', async () => {
    const store = await openTestStore({ migrate: false });
    const pending = await store.pendingMigrations();
    expect(pending).toContain('001-foundation');
    expect(await store.migrate()).toEqual(pending);
    const schema = await schemaOf(store);
    expect(await store.pendingMigrations()).toEqual([]);
    expect(await store.migrate()).toEqual([]);
    expect(await schemaOf(store)).toEqual(schema);
  });

  test('are done once when several processes start together', async () => {
    const { url } = await sharedDatabase();
    const stores = await Promise.all(Array.from({ length: 5 }, () => openTestStore({ url, migrate: false })));
    const done = await Promise.all(stores.map((store) => store.migrate()));
    expect(done.filter((names) => names.length > 0)).toHaveLength(1);
    for (const store of stores) expect(await store.pendingMigrations()).toEqual([]);
  });
});

describe('a transaction', () => {
  test('is done whole or not at all', async () => {
    const store = await openTestStore();
    const failure = new Error('half-way');
    await expect(
      store.transaction(async (db) => {
        await setSetting(db, 'a', '1');
        throw failure;
      }),
    ).rejects.toBe(failure);
    expect(await findSetting(store.db, 'a')).toBeUndefined();
  });
});

describe('faults of the database', () => {
  test('a second row of a unique name is a duplicate, and the caller is told so', async () => {
    const store = await openTestStore();
    await insertTenantNamed(store.db, 'tnt_1', 'Example');
    for (const [id, name] of [
      ['tnt_2', 'Example'],
      ['tnt_1', 'Other'],
    ] as const) {
      const error: unknown = await store.transaction((db) => insertTenantNamed(db, id, name)).catch((e: unknown) => e);
      expect(store.classifyFault(error)).toBe('duplicate');
    }
  });

  test('a mistake of the program is not taken for one', async () => {
    const store = await openTestStore();
    const error: unknown = await store
      .read((db) => sql`select * from no_such_table`.execute(db))
      .catch((e: unknown) => e);
    expect(error).toBeInstanceOf(Error);
    expect(error).not.toBeInstanceOf(CountersignError);
    expect(store.classifyFault(error)).toBeUndefined();
    expect(store.classifyFault('no error at all')).toBeUndefined();
  });

  test('a closed store is unavailable, whatever is asked', async () => {
    const { url } = await sharedDatabase();
    const store = await openStore({ url });
    await store.migrate();
    await store.close();
    await expect(store.ping()).rejects.toMatchObject(unavailable);
    await expect(store.read((db) => findSetting(db, 'a'))).rejects.toMatchObject(unavailable);
    await expect(store.transaction((db) => setSetting(db, 'a', '1'))).rejects.toMatchObject(unavailable);
  });

  test('closing lets the transaction under way end first', async () => {
    const { url } = await sharedDatabase();
    const store = await openStore({ url });
    await store.migrate();
    let begun: () => void = () => undefined;
    const hasBegun = new Promise<void>((resolve) => {
      begun = resolve;
    });
    const writing = store.transaction(async (db) => {
      await setSetting(db, 'a', '1');
      begun();
      await setSetting(db, 'b', '2');
    });
    await hasBegun;
    await store.close();
    await writing;
    const again = await openTestStore({ url, migrate: false });
    expect([await findSetting(again.db, 'a'), await findSetting(again.db, 'b')]).toEqual(['1', '2']);
  });

  test.each(['', 'countersign.db', 'sqlite:', 'oracle://example.org/db'])('%j is no database URL', async (url) => {
    await expect(openStore({ url })).rejects.toMatchObject({ code: 'misconfigured' });
  });
});
