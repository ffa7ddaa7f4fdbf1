import { readdirSync, readFileSync } from 'node:fs';
import { sql } from 'kysely';
import { beforeAll, expect, onTestFinished, test } from 'vitest';
import { createScratchDatabase, openStore } from '../../src/store/index.ts';
import { build } from '../cli/cli.fixture.ts';
import { startMariadb, startPostgres } from '../databases/servers.fixture.ts';
import { serve, slowly, until } from './served.fixture.ts';
import { smallDisk } from './small-disk.fixture.ts';
import { patientCodes, placeStake } from './stake.fixture.ts';
import { holdsInvariants } from './trail.fixture.ts';
import { witness } from './witness.fixture.ts';

beforeAll(build);

/** The processes that have this path among their words, and those that they have started. */
function processesOf(path: string): number[] {
  const all = readdirSync('/proc').filter((name) => /^\d+$/.test(name));
  const parents = new Map<number, number>();
  const roots = all.filter((pid) => {
    try {
      parents.set(Number(pid), Number(readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ')[1]));
      return readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes(path);
    } catch {
      return false;
    }
  });
  const found = new Set(roots.map(Number));
  for (const [pid, parent] of parents) if (found.has(parent)) found.add(pid);
  return [...found];
}

async function ask(url: string, query: string): Promise<Record<string, unknown>> {
  const store = await openStore({ url });
  try {
    const { rows } = await store.read((db) => sql.raw<Record<string, unknown>>(query).execute(db));
    return rows[0] ?? {};
  } finally {
    await store.close();
  }
}

test(
  'a server whose PostgreSQL has no room, panics and stays down refuses with 503 until it is back (REL-04, OTP-16)',
  { timeout: slowly },
  async () => {
    const database = await startPostgres({ durable: true, settings: ['restart_after_crash=off', 'min_wal_size=32MB'] });
    onTestFinished(() => database.stop());
    const { data_directory } = await ask(database.url, 'show data_directory');
    await database.halt();
    const folder = String(data_directory);
    const disk = smallDisk(folder, { size: 160, writers: () => processesOf(folder) });
    await database.start();
    const { url: databaseUrl } = await createScratchDatabase(database.url);
    const served = await serve({ databaseUrl, config: patientCodes });
    const eyes = witness(() => served);
    const stake = await placeStake(eyes, 'disk');
    await eyes.during('disk full, PostgreSQL down', async () => {
      disk.fill();
      // Without room for another segment of its log it panics.
      const fillLog =
        "select pg_logical_emit_message(false, 'fill', repeat('x', 1000000)) from generate_series(1, 160)";
      await expect(ask(database.url, fillLog)).rejects.toMatchObject({ code: 'unavailable' });
      expect(await stake.ask()).toEqual(['unavailable']);
      await database.kill();
      expect(await stake.ask()).toEqual(['unavailable']);
    });
    disk.free();
    await database.start();
    await served.ready();
    await stake.isKept();
    await holdsInvariants(served, eyes, databaseUrl);
  },
);

test(
  'a server whose MariaDB has no room refuses with 503, and goes on when there is room (REL-04, OTP-16)',
  { timeout: slowly },
  async () => {
    const database = await startMariadb({ durable: true });
    onTestFinished(() => database.stop());
    const { folder } = await ask(database.url, 'select @@datadir as folder');
    await database.halt();
    const disk = smallDisk(String(folder), { size: 320, writers: () => processesOf(String(folder)) });
    await database.start();
    const { url: databaseUrl } = await createScratchDatabase(database.url);
    const served = await serve({ databaseUrl, config: patientCodes });
    const eyes = witness(() => served);
    const stake = await placeStake(eyes, 'disk');
    const zed = await eyes.enroll('zed');
    await eyes.during('disk full', async () => {
      disk.fill();
      await until(async () => (await eyes.guess(zed)) === 'unavailable', 'a full disk takes everything');
      expect(await stake.ask()).toEqual(['unavailable']);
    });
    disk.free();
    await served.ready();
    await stake.isKept();
    await holdsInvariants(served, eyes, databaseUrl);
  },
);
