import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import type { TenantId } from '../../src/core/ids.ts';
import {
  createScratchDatabase,
  ensureTenant,
  findSetting,
  openStore,
  setSetting,
  type Store,
} from '../../src/store/index.ts';
import { type Cut, startCuttingProxy } from './cutting-proxy.fixture.ts';
import { type DatabaseServer, startServer } from './servers.fixture.ts';

const unavailable = { name: 'CountersignError', code: 'unavailable', status: 503 };

/** Settings of the server that ours must not depend on. */
const hostile = {
  postgres: ['default_transaction_isolation=serializable', 'synchronous_commit=off', 'statement_timeout=0'],
  mariadb: [
    '--sql-mode=NO_BACKSLASH_ESCAPES,PAD_CHAR_TO_FULL_LENGTH',
    '--transaction-isolation=SERIALIZABLE',
    '--character-set-server=latin1',
    '--default-storage-engine=MyISAM',
    '--innodb-lock-wait-timeout=600',
  ],
} as const;

/** Resolves when that many have arrived. */
function meetingOf(count: number): () => Promise<void> {
  let open: () => void = () => undefined;
  const all = new Promise<void>((resolve) => {
    open = resolve;
  });
  let arrived = 0;
  return () => {
    if (++arrived === count) open();
    return all;
  };
}

describe.each(['postgres', 'mariadb'] as const)('the store on %s', (name) => {
  let server: DatabaseServer;
  beforeAll(async () => {
    server = await startServer[name]({ durable: true, settings: hostile[name] });
  });
  afterAll(() => server.stop());

  async function newDatabase(): Promise<string> {
    const database = await createScratchDatabase(server.url);
    onTestFinished(() => database.drop());
    return database.url;
  }

  async function open(url: string): Promise<Store> {
    const store = await openStore({ url });
    onTestFinished(() => store.close());
    return store;
  }

  async function openMigrated(): Promise<{ store: Store; url: string }> {
    const url = await newDatabase();
    const store = await open(url);
    await store.migrate();
    return { store, url };
  }

  const throughPort = (url: string, port: number) => Object.assign(new URL(url), { port: String(port) }).href;

  test('tries a transaction again that met another one in a deadlock (CLU-03)', async () => {
    const { store } = await openMigrated();
    for (const key of ['a', 'b']) await setSetting(store.db, key, '0');
    const meet = meetingOf(2);
    let attempts = 0;
    const add = (order: readonly string[]) =>
      store.transaction(async (db) => {
        const first = ++attempts <= 2;
        for (const key of order) {
          await sql`update settings set value = concat(value, 'x') where name = ${key}`.execute(db);
          if (first) await meet();
        }
      });
    await Promise.all([add(['a', 'b']), add(['b', 'a'])]);
    expect(attempts).toBeGreaterThan(2);
    expect([await findSetting(store.db, 'a'), await findSetting(store.db, 'b')]).toEqual(['0xx', '0xx']);
  });

  test('does nothing more in a transaction that the database has aborted, also when its fault was caught', async () => {
    const { store } = await openMigrated();
    for (const key of ['a', 'b']) await setSetting(store.db, key, '0');
    const meet = meetingOf(2);
    let attempts = 0;
    const add = (order: readonly string[], after: string) =>
      store.transaction(async (db) => {
        const first = ++attempts <= 2;
        for (const key of order) {
          const update = sql`update settings set value = concat(value, 'x') where name = ${key}`.execute(db);
          await update.catch(() => undefined);
          if (first) await meet();
        }
        await setSetting(db, after, '1').catch(() => undefined);
      });
    const outcomes = await Promise.allSettled([add(['a', 'b'], 'first'), add(['b', 'a'], 'second')]);
    const kept = await Promise.all(['first', 'second'].map((key) => findSetting(store.db, key)));
    // Who was told that it is done has it in the database, and nobody else has.
    expect(kept).toEqual(outcomes.map((outcome) => (outcome.status === 'fulfilled' ? '1' : undefined)));
    expect(await findSetting(store.db, 'a')).toBe(outcomes.every((o) => o.status === 'fulfilled') ? '0xx' : '0x');
  });

  test('does not call a transaction done in which a statement failed and was overlooked', async () => {
    const { store } = await openMigrated();
    const tenant = (id: string) => ({ id: id as TenantId, name: 'Example', active: true, createdAt: 1, updatedAt: 1 });
    let done = false;
    await store
      .transaction(async (db) => {
        await setSetting(db, 'a', '1');
        await sql`select * from no_such_table`.execute(db).catch(() => undefined);
        await ensureTenant(db, tenant('tnt_1')).catch(() => undefined);
      })
      .then(
        () => (done = true),
        () => undefined,
      );
    expect(await findSetting(store.db, 'a')).toBe(done ? '1' : undefined);
  });

  test.each<[Cut, string | undefined]>([
    ['after', '1'],
    ['before', undefined],
  ])(
    'never tells a commit as done, and never repeats it, whose connection broke %s it arrived (CLU-04)',
    async (cut, kept) => {
      const { store, url } = await openMigrated();
      const proxy = await startCuttingProxy(server.port);
      const behind = await open(throughPort(url, proxy.port));
      let attempts = 0;
      proxy.cutNextCommit(cut);
      const writing = behind.transaction(async (db) => {
        attempts++;
        await setSetting(db, 'a', '1');
      });
      await expect(writing).rejects.toMatchObject(unavailable);
      expect(attempts).toBe(1);
      expect(await findSetting(store.db, 'a')).toBe(kept);
      await behind.transaction((db) => setSetting(db, 'b', '2'));
      expect(await findSetting(store.db, 'b')).toBe('2');
    },
  );

  test('gives a server up that has fallen silent', { timeout: 60_000 }, async () => {
    const { url } = await openMigrated();
    const proxy = await startCuttingProxy(server.port);
    const behind = await open(throughPort(url, proxy.port));
    proxy.fallSilent();
    await expect(behind.transaction((db) => setSetting(db, 'a', '1'))).rejects.toMatchObject(unavailable);
  });

  test('waits for a lock in bounded time, and is unavailable then (CLU-03, REL-11)', { timeout: 60_000 }, async () => {
    const { url, store } = await openMigrated();
    await setSetting(store.db, 'a', '0');
    const other = await openStore({ url, retries: 0 });
    onTestFinished(() => other.close());
    const meet = meetingOf(2);
    let letGo: () => void = () => undefined;
    const held = store.transaction(async (db) => {
      await sql`update settings set value = '1' where name = 'a'`.execute(db);
      await meet();
      await new Promise<void>((resolve) => {
        letGo = resolve;
      });
    });
    await meet();
    const blocked = other.transaction((db) => sql`update settings set value = '2' where name = 'a'`.execute(db));
    await expect(blocked).rejects.toMatchObject({ ...unavailable, retryAfter: 1 });
    letGo();
    await held;
    expect(await findSetting(store.db, 'a')).toBe('1');
  });

  test('is unavailable while the server is down, keeps what was committed, and serves again after it', async () => {
    const { store, url } = await openMigrated();
    await store.transaction((db) => setSetting(db, 'before', '1'));
    const during = store.transaction(async (db) => {
      await setSetting(db, 'during', '1');
      await server.kill();
      await setSetting(db, 'during too', '1');
    });
    await expect(during).rejects.toMatchObject(unavailable);
    await expect(store.ping()).rejects.toMatchObject(unavailable);
    await expect(store.transaction((db) => setSetting(db, 'down', '1'))).rejects.toMatchObject(unavailable);
    await expect(openStore({ url })).rejects.toMatchObject(unavailable);
    await server.start();
    await store.transaction((db) => setSetting(db, 'after', '1'));
    const kept = await Promise.all(['before', 'during', 'down', 'after'].map((key) => findSetting(store.db, key)));
    expect(kept).toEqual(['1', undefined, undefined, '1']);
  });

  test('is unavailable when the server is stopped in good order under it', async () => {
    const { store } = await openMigrated();
    const during = store.transaction(async (db) => {
      await setSetting(db, 'a', '1');
      await server.halt();
      await setSetting(db, 'b', '1');
    });
    await expect(during).rejects.toMatchObject(unavailable);
    await server.start();
    expect(await findSetting(store.db, 'a')).toBeUndefined();
  });

  test.each([
    ['no such database', (url: URL) => (url.pathname = '/no_such_database')],
    ['nobody there', (url: URL) => (url.port = '1')],
  ])('says %s at the start, and not the password', async (_, change) => {
    const url = new URL(server.url);
    url.password = 'hunter2';
    change(url);
    const error: unknown = await openStore({ url: url.href }).catch((reason: unknown) => reason);
    expect(error).toMatchObject(unavailable);
    expect((error as { detail: string }).detail).not.toContain('hunter2');
  });

  test('compares names byte by byte, blanks at the end included, whatever the server is set to', async () => {
    const { store } = await openMigrated();
    const names = [
      'alice',
      'Alice',
      'alice ',
      'álice',
      'mike',
      'mıke',
      'ß',
      's',
      '0',
      '123abc',
      'a\\',
      "a'",
      'ﬀ',
      '😀',
      '😁',
    ];
    for (const key of names) await store.transaction((db) => setSetting(db, key, `value of ${key}`));
    for (const key of names) expect(await findSetting(store.db, key)).toBe(`value of ${key}`);
    const { rows } = await sql<{ count: number }>`select count(*) as count from settings`.execute(store.db);
    expect(rows).toEqual([{ count: names.length }]);
  });

  test('refuses what does not fit, and cuts nothing short', async () => {
    const { store } = await openMigrated();
    await expect(setSetting(store.db, 'x'.repeat(65), '1')).rejects.toThrow(/too long/i);
    const long = 'ж'.repeat(1_000_000);
    await setSetting(store.db, 'long', long);
    expect(await findSetting(store.db, 'long')).toBe(long);
  });

  test('leaves backups to the tools of the database, and names them', async () => {
    const { store } = await openMigrated();
    const tool = name === 'postgres' ? 'pg_dump' : 'mariadb-dump';
    await expect((async () => store.backup('/tmp/never-written'))()).rejects.toMatchObject({
      code: 'wrong_state',
      detail: expect.stringContaining(tool) as string,
    });
  });
});

describe('a database URL', () => {
  test.each([
    'postgres://',
    'postgres://localhost',
    'mysql://user:hunter2@localhost',
    'mysql://localhost/db?connections=1',
    'postgres://localhost/db?connections=many',
    'mysql://localhost/db?ssl-mode=MAYBE',
    'mysql://localhost/db?ssl-mode=REQUIRED&ssl-ca=/no/such/file',
    'mysql://localhost/db?multipleStatements=true',
    'oracle://localhost/db',
  ])('%s is refused without opening anything', async (url) => {
    const error: unknown = await openStore({ url }).catch((reason: unknown) => reason);
    expect(error).toMatchObject({ code: 'misconfigured' });
    expect(JSON.stringify(error)).not.toContain('hunter2');
  });
});
