// Section "upgrade, migration, backup", as far as there is one migration: it is cut off anywhere, done by many at once, and the database of a
// later version is served, or refused, by this one.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { createScratchDatabase, openStore, type Store } from '../../src/store/index.ts';
import { databaseFile } from '../../src/store/database-file.fixture.ts';
import { createTestEngine } from '../../src/testing/index.ts';
import { enrollTotp } from '../../src/engine/enrolled.fixture.ts';
import { build, cli } from '../cli/cli.fixture.ts';
import { type DatabaseServer, startServer } from '../databases/servers.fixture.ts';

beforeAll(build);

/** Kills a process that migrates at its n-th statement; answers whether it had come that far. */
async function migrateUntilKilled(url: string, statement: number): Promise<boolean> {
  const script = fileURLToPath(new URL('migrate-until-killed.mjs', import.meta.url));
  const child = spawn(process.execPath, [script, url, String(statement)], { stdio: ['ignore', 'ignore', 2] });
  const [, signal] = (await once(child, 'close')) as [number | null, string | null];
  return signal === 'SIGKILL';
}

async function opened(url: string): Promise<Store> {
  const store = await openStore({ url });
  onTestFinished(() => store.close());
  return store;
}

/** Tables, columns and their types, as the database itself knows them. */
async function schemaOf(store: Store): Promise<string> {
  const tables = await store.db.introspection.getTables({ withInternalKyselyTables: true });
  const shown = tables.map(({ name, columns }) => ({
    name,
    columns: columns.map((column) => [column.name, column.dataType, column.isNullable].join(' ')).toSorted(),
  }));
  return JSON.stringify(
    shown.toSorted((a, b) => (a.name < b.name ? -1 : 1)),
    null,
    1,
  );
}

/** What a later version does to a database that this one shares with it: something new beside the old, and its name in the list. */
async function upgradeFurther(store: Store): Promise<void> {
  await sql`alter table devices add column later integer`.execute(store.db);
  await sql`create table later_things (id integer not null)`.execute(store.db);
  await sql`insert into countersign_migrations (name, timestamp) values ('999-later', '2030-01-01T00:00:00.000Z')`.execute(
    store.db,
  );
}

/** Empty databases of a server that runs for the tests of one group. */
function databasesOf(name: 'sqlite' | 'postgres' | 'mariadb'): { emptyDatabase: () => Promise<string> } {
  let server: DatabaseServer | undefined;
  beforeAll(async () => {
    server = name === 'sqlite' ? undefined : await startServer[name]();
  });
  afterAll(() => server?.stop());

  async function emptyDatabase(): Promise<string> {
    if (server === undefined) return databaseFile().url;
    const database = await createScratchDatabase(server.url);
    onTestFinished(() => database.drop());
    return database.url;
  }

  return { emptyDatabase };
}

describe.each(['sqlite', 'postgres', 'mariadb'] as const)('a migration of %s', (name) => {
  const { emptyDatabase } = databasesOf(name);

  test('is done once by processes that begin it together, while one of them is killed (MIG-01)', async () => {
    const url = await emptyDatabase();
    const cs = cli({ COUNTERSIGN_DATABASE_URL: url });
    onTestFinished(() => cs.remove());
    const begun = migrateUntilKilled(url, 5);
    const outputs = await Promise.all([cs.run(['migrate']), cs.run(['migrate'])]);
    expect(outputs.map(({ status, stderr }) => [status, stderr])).toEqual(outputs.map(() => [0, '']));
    expect(outputs.filter(({ stdout }) => stdout.startsWith('done: '))).toHaveLength(1);
    await begun;
    expect(await (await opened(url)).pendingMigrations()).toEqual([]);
  });

  test('that a later version has done lets this one go on beside it, with every rule (MIG-02, MIG-03)', async () => {
    const t = await createTestEngine({ databaseUrl: await emptyDatabase() });
    onTestFinished(() => t.close());
    const alice = await enrollTotp(t, 'alice');
    const used = alice.code();
    const verify = async (code: string) =>
      (await t.engine.verify(t.caller, { user: 'alice', answer: { code } })).accepted;
    expect(await verify(used)).toBe(true);
    await upgradeFurther(t.store);
    expect(await t.store.pendingMigrations()).toEqual([]);
    expect(await verify(used)).toBe(false);
    t.clock.advance(30_000);
    const next = alice.code();
    expect(await verify(next)).toBe(true);
    expect(await verify(next)).toBe(false);
    const { caller, engine } = t;
    const { id } = await engine.challenges.issue(caller, { user: 'alice' });
    expect((await engine.challenges.answer(caller, id, { code: next })).outcome.accepted).toBe(false);
    await enrollTotp(t, 'bob');
  });

  test('of a later version is nothing that this one undoes or does again (MIG-02)', async () => {
    const url = await emptyDatabase();
    const store = await opened(url);
    await store.migrate();
    await upgradeFurther(store);
    const before = await schemaOf(store);
    const cs = cli({ COUNTERSIGN_DATABASE_URL: url });
    onTestFinished(() => cs.remove());
    const { status, stderr, stdout } = await cs.run(['migrate']);
    expect(stderr).not.toContain('    at ');
    expect(await schemaOf(store)).toBe(before);
    expect(status === 0 ? stdout : stderr).toMatch(/up to date|version|migration/);
  });

  test('aside, a guarded statement has its winner by what it finds, not by what it changes (CLU-02)', async () => {
    const t = await createTestEngine({ databaseUrl: await emptyDatabase() });
    onTestFinished(() => t.close());
    const { deviceId } = await enrollTotp(t, 'alice');
    const { rows } = await sql<{ version: number }>`select version from devices where id = ${deviceId}`.execute(
      t.store.db,
    );
    const version = Number(rows[0]?.version);
    const affected = (set: ReturnType<typeof sql>) =>
      t.store.transaction(async (db) => {
        const update = sql`update devices set ${set} where id = ${deviceId} and version = ${version}`;
        return Number((await update.execute(db)).numAffectedRows);
      });
    // Drivers differ in whether they count rows that were found or rows that changed; here the winner is the same to all.
    const claim = () => affected(sql`version = version + 1`);
    const claims = await Promise.all([claim(), claim(), claim()]);
    expect(claims.toSorted((one, other) => other - one)).toEqual([1, 0, 0]);
  });
});

describe.each(['sqlite', 'postgres', 'mariadb'] as const)('a migration of %s that is cut off', (name) => {
  const { emptyDatabase } = databasesOf(name);

  test('at any statement is finished by the next (MIG-01)', async () => {
    const whole = await opened(await emptyDatabase());
    const migrations = await whole.migrate();
    const wanted = await schemaOf(whole);
    for (const statement of [1, 9, 20]) {
      const url = await emptyDatabase();
      expect([statement, await migrateUntilKilled(url, statement)]).toEqual([statement, true]);
      const store = await opened(url);
      expect(await store.migrate()).toEqual(migrations);
      expect(await schemaOf(store)).toBe(wanted);
      expect(await store.pendingMigrations()).toEqual([]);
    }
  });
});
