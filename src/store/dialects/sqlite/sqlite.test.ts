import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { sql } from 'kysely';
import { describe, expect, test } from 'vitest';
import { findSetting, openStore, setSetting, type Store } from '../../index.ts';
import { databaseFile, openTestStore } from '../../database-file.fixture.ts';
import { openConnection } from './connection.ts';

const unavailable = { name: 'CountersignError', code: 'unavailable', status: 503 };

/** Table and index definitions, as the database itself keeps them. */
async function schemaOf(store: Store): Promise<string[]> {
  const { rows } = await sql<{
    sql: string;
  }>`select sql from sqlite_schema where sql is not null order by name`.execute(store.db);
  return rows.map((row) => row.sql);
}

test('SQLite is spoken through the driver of this Node, where it has one', () => {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  const builtIn = major > 22 || (major === 22 && minor >= 13);
  const connection = openConnection(':memory:');
  expect(connection.driver).toBe(builtIn ? 'node:sqlite' : 'libsql');
  connection.close();
});

describe('migrations of a file', () => {
  test('leave nothing behind when they cannot be finished', async () => {
    const { url } = databaseFile();
    const store = await openTestStore({ url, migrate: false });
    await sql`create table settings (x integer)`.execute(store.db); // the last table of the first migration
    await expect(store.migrate()).rejects.toMatchObject(unavailable);
    expect((await schemaOf(store)).filter((definition) => /"users"|"tenants"/.test(definition))).toEqual([]);
    await sql`drop table settings`.execute(store.db);
    expect(await store.migrate()).toContain('001-foundation');
  });
});

describe('a transaction on a file', () => {
  test('waits for one of another process, and lets this process go on meanwhile', async () => {
    const { path, url } = databaseFile();
    const store = await openTestStore({ url });
    const other = openConnection(path);
    other.beginImmediate();
    const waiting = store.transaction((db) => setSetting(db, 'a', '1'));
    // Only a process that is not blocked gets to let go.
    setTimeout(() => other.exec('commit'), 20);
    await waiting;
    other.close();
    expect(await findSetting(store.db, 'a')).toBe('1');
  });

  test('that another process keeps out is unavailable, and has done nothing', async () => {
    const { path, url } = databaseFile();
    const store = await openTestStore({ url, retries: 0 });
    const other = openConnection(path);
    other.beginImmediate();
    let begun = false;
    await expect(
      store.transaction(async () => {
        begun = true;
      }),
    ).rejects.toMatchObject({ ...unavailable, retryAfter: 1 });
    expect(begun).toBe(false);
    other.exec('rollback');
    other.close();
    expect(await store.transaction(async () => 'done')).toBe('done');
  });

  test('is tried again when the database has aborted it, and within a bound', async () => {
    const store = await openTestStore({ url: 'sqlite::memory:', retries: 3 });
    let attempts = 0;
    const busy = Object.assign(new Error('database is locked'), { code: 'SQLITE_BUSY_SNAPSHOT', errcode: 517 });
    const outcome = await store.transaction(async (db) => {
      await setSetting(db, `attempt ${++attempts}`, '1');
      if (attempts <= 3) throw busy;
      return attempts;
    });
    expect(outcome).toBe(4);
    expect(await findSetting(store.db, 'attempt 1')).toBeUndefined();
    expect(await findSetting(store.db, 'attempt 4')).toBe('1');
    attempts = 0;
    await expect(
      store.transaction(async () => {
        attempts++;
        throw busy;
      }),
    ).rejects.toMatchObject(unavailable);
    expect(attempts).toBe(4);
  });

  test('of many from two connections on one file: each is done once, none is lost', async () => {
    const { url } = databaseFile();
    const stores = [await openTestStore({ url }), await openTestStore({ url })] as const;
    await setSetting(stores[0].db, 'count', '0');
    await Promise.all(
      Array.from({ length: 40 }, (_, index) =>
        stores[index % 2 === 0 ? 0 : 1].transaction(async (db) => {
          const count = Number(await findSetting(db, 'count'));
          await setSetting(db, 'count', String(count + 1));
        }),
      ),
    );
    expect(await findSetting(stores[1].db, 'count')).toBe('40');
  });
});

describe('faults of SQLite', () => {
  test('a database that cannot be written is unavailable, can be read, and serves again when it can (OTP-16)', async () => {
    const store = await openTestStore({ url: 'sqlite::memory:' });
    await sql`pragma query_only = on`.execute(store.db);
    await expect(store.transaction((db) => setSetting(db, 'a', '1'))).rejects.toMatchObject(unavailable);
    expect(await store.read((db) => findSetting(db, 'a'))).toBeUndefined();
    await sql`pragma query_only = off`.execute(store.db);
    await store.transaction((db) => setSetting(db, 'a', '1'));
    expect(await findSetting(store.db, 'a')).toBe('1');
  });

  test('a full disk is unavailable, undoes the transaction, and is recovered from (REL-04)', async () => {
    const { url } = databaseFile();
    const store = await openTestStore({ url });
    const { rows } = await sql<{ page_count: number }>`pragma page_count`.execute(store.db);
    await sql.raw(`pragma max_page_count = ${rows[0]!.page_count + 4}`).execute(store.db);
    const fill = store.transaction(async (db) => {
      for (let index = 0; ; index++) await setSetting(db, `filler ${index}`, 'x'.repeat(1000));
    });
    await expect(fill).rejects.toMatchObject(unavailable);
    expect(await findSetting(store.db, 'filler 0')).toBeUndefined();
    await store.transaction((db) => setSetting(db, 'small', '1'));
    await sql.raw('pragma max_page_count = 1000000').execute(store.db);
    await store.transaction((db) => setSetting(db, 'large', 'x'.repeat(100_000)));
    const integrity = await sql<{ integrity_check: string }>`pragma integrity_check`.execute(store.db);
    expect(integrity.rows).toEqual([{ integrity_check: 'ok' }]);
  });

  test.each([
    ['is no database', (path: string) => writeFileSync(path, 'this is not a database, however long it is'.repeat(100))],
    ['lies in no folder', () => undefined],
  ])('a file that %s is unavailable at the start', async (what, prepare) => {
    const { folder, path } = databaseFile();
    prepare(path);
    const url = `sqlite:${what === 'lies in no folder' ? join(folder, 'missing', 'countersign.db') : path}`;
    await expect(openStore({ url })).rejects.toMatchObject(unavailable);
  });
});

describe('a backup', () => {
  test('made while others write is a whole database that holds what was committed before', async () => {
    const { folder, url } = databaseFile();
    const store = await openTestStore({ url });
    for (let index = 0; index < 50; index++) await store.transaction((db) => setSetting(db, `before ${index}`, '1'));
    const target = join(folder, 'backup.db');
    writeFileSync(target, 'an old backup');
    const writers = Array.from({ length: 50 }, (_, index) =>
      store.transaction(async (db) => {
        await setSetting(db, `pair ${index} left`, '1');
        await setSetting(db, `pair ${index} right`, '1');
      }),
    );
    await Promise.all([store.backup(target), ...writers]);
    const copy = await openTestStore({ url: `sqlite:${target}`, migrate: false });
    expect(await copy.pendingMigrations()).toEqual([]);
    const { rows } = await sql<{ name: string }>`select name from settings`.execute(copy.db);
    const names = new Set(rows.map((row) => row.name));
    for (let index = 0; index < 50; index++) {
      expect(names).toContain(`before ${index}`);
      expect(names.has(`pair ${index} left`)).toBe(names.has(`pair ${index} right`));
    }
    await copy.transaction((db) => setSetting(db, 'only in the copy', '1'));
    expect(await findSetting(store.db, 'only in the copy')).toBeUndefined();
  });

  test('of a database in memory can be opened as a file', async () => {
    const { path, url } = databaseFile();
    const store = await openTestStore({ url: 'sqlite::memory:' });
    await store.transaction((db) => setSetting(db, 'a', '1'));
    await store.backup(path);
    const copy = await openTestStore({ url, migrate: false });
    expect(await findSetting(copy.db, 'a')).toBe('1');
  });
});
