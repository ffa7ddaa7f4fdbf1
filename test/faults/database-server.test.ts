import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { createScratchDatabase } from '../../src/store/index.ts';
import { build } from '../cli/cli.fixture.ts';
import { type Cut, startCuttingProxy } from '../databases/cutting-proxy.fixture.ts';
import { startServer } from '../databases/servers.fixture.ts';
import { type AtEnd, serve, slowly } from './served.fixture.ts';
import { isAcceptedOnce, patientCodes, placeStake } from './stake.fixture.ts';
import { holdsInvariants } from './trail.fixture.ts';
import { witness } from './witness.fixture.ts';

// The engine's side of these faults is in test/databases/faults.test.ts; here is what somebody sees who asks a server process over HTTP.

const names = ['postgres', 'mariadb'] as const;

/** A server on a database that is reached through a proxy. */
async function serveThroughProxy(name: (typeof names)[number], atEnd: AtEnd) {
  const database = await startServer[name]({ durable: true });
  atEnd(() => database.stop());
  const scratch = await createScratchDatabase(database.url);
  const proxy = await startCuttingProxy(database.port, (close) => atEnd(async () => close()));
  const databaseUrl = `${Object.assign(new URL(scratch.url), { port: String(proxy.port) }).href}?connections=3`;
  // No commit but those of the tests: the next one is to be the right one.
  const config = { ...patientCodes, audit: { signHeadsSeconds: 86_400 } };
  const served = await serve({ databaseUrl, config, atEnd });
  return { database, served, proxy, databaseUrl, eyes: witness(() => served) };
}

type Installation = Awaited<ReturnType<typeof serveThroughProxy>>;
const installations = new Map<string, Installation>();
const closers: (() => Promise<unknown>)[] = [];
beforeAll(async () => {
  build();
  const made = names.map(async (name) =>
    installations.set(name, await serveThroughProxy(name, (close) => closers.push(close))),
  );
  await Promise.all(made);
});
afterAll(async () => {
  for (const close of closers.toReversed()) await close();
});

function installationOn(name: string): Installation {
  const installation = installations.get(name);
  if (installation === undefined) throw new Error(`there is no server on ${name}`);
  return installation;
}

describe.each(names)('a server whose %s', (name) => {
  test('crashes and comes back refuses meanwhile with 503, and nothing is lost by that (OTP-16, FLW-27)', async () => {
    const { database, served, eyes } = installationOn(name);
    const stake = await placeStake(eyes, 'crash');
    await eyes.during('database down', async () => {
      await database.kill();
      expect(await stake.ask()).toEqual(['unavailable']);
      expect(await served.isReady()).toBe(false);
      expect((await served.call('/healthz')).status).toBe(200);
      await database.start();
      await served.ready();
    });
    await stake.isKept();
  });

  test('is restarted under load lets everybody in once, and tells nobody so who was not (OTP-16)', async () => {
    const { database, served, eyes } = installationOn(name);
    const people = await Promise.all(Array.from({ length: 8 }, (_, index) => eyes.enroll(`loader ${index}`)));
    const at = Date.now();
    await eyes.during('database restarted', async () => {
      const restart = new AbortController();
      // Whoever was told nothing tries again, and whoever was let in tries again, too.
      const load = people.map(async (person) => {
        while (!restart.signal.aborted) await eyes.submit(person, at);
      });
      await database.halt();
      await database.start();
      await served.ready();
      restart.abort();
      await Promise.all(load);
    });
    for (const person of people) expect(await eyes.submit(person, at + 30_000)).toBe('accepted');
  });

  test('is slow is waited for (OTP-16)', async () => {
    const { proxy, eyes } = installationOn(name);
    const alice = await eyes.enroll('alice, slow');
    proxy.delayBy(20);
    await isAcceptedOnce(eyes, alice, Date.now());
    proxy.delayBy(0);
  });

  test.each<[Cut, string]>([
    ['before', 'the same code is accepted once afterwards'],
    ['after', 'the code is spent, and nobody was told that it was accepted'],
  ])('is cut off %s a commit arrived answers 503: %s (OTP-16, REL-02)', async (cut) => {
    const { served, proxy, eyes } = installationOn(name);
    const alice = await eyes.enroll(`alice, cut ${cut}`);
    const at = Date.now();
    await served.ready();
    proxy.cutNextCommit(cut);
    expect(await eyes.submit(alice, at)).toBe('unavailable');
    const again = [await eyes.submit(alice, at), await eyes.submit(alice, at)];
    expect(again).toEqual(cut === 'before' ? ['accepted', 'refused'] : ['refused', 'refused']);
  });
});

test(
  'a server whose database falls silent gives it up in bounded time, and nothing is lost by that (OTP-16)',
  { timeout: slowly },
  async () => {
    await Promise.all(
      names.map(async (name) => {
        const { served, proxy, eyes } = installationOn(name);
        const stake = await placeStake(eyes, 'silence');
        await eyes.during('database silent', async () => {
          proxy.fallSilent();
          const [told, isReady] = await Promise.all([stake.ask(), served.isReady()]);
          expect(told).toEqual(['unavailable']);
          expect(isReady).toBe(false);
          proxy.speakAgain();
          await served.ready();
        });
        await stake.isKept();
      }),
    );
  },
);

test.each(names)(
  'a server whose %s was silent for a while asks it anew after the first connection that was found dead (OTP-16)',
  { timeout: slowly },
  async (name) => {
    const { database } = installationOn(name);
    const scratch = await createScratchDatabase(database.url);
    onTestFinished(() => scratch.drop());
    const proxy = await startCuttingProxy(database.port);
    const served = await serve({
      databaseUrl: Object.assign(new URL(scratch.url), { port: String(proxy.port) }).href,
    });
    // Asked at once, each on a connection of its own, which is kept.
    proxy.delayBy(20);
    await Promise.all(Array.from({ length: 8 }, () => served.isReady()));
    proxy.delayBy(0);
    proxy.fallSilent();
    expect(await served.isReady()).toBe(false);
    proxy.speakAgain();
    // One more may have been taken meanwhile; at 15 s each, eight are two minutes of 503.
    await served.isReady();
    expect(await served.isReady()).toBe(true);
    // Nor does it wait for those that are dead before it ends.
    expect(await served.stop()).toBe(0);
  },
);

describe.each(names)('after all of that, on %s', (name) => {
  test('what was told and what the trail says agree (REL-01, OTP-16)', async () => {
    const { served, databaseUrl, eyes } = installationOn(name);
    await holdsInvariants(served, eyes, databaseUrl);
  });

  test('a start while the database is down says so at once, without a password and without serving (REL-09)', async () => {
    const { database, served, databaseUrl } = installationOn(name);
    await served.stop();
    await database.halt();
    const url = Object.assign(new URL(databaseUrl), { password: 'hunter2' }).href;
    const env = { COUNTERSIGN_DATABASE_URL: url, COUNTERSIGN_LISTEN: '127.0.0.1:0' };
    const { status, stdout, stderr } = await served.cs.run(['serve'], { env });
    expect(status).not.toBe(0);
    expect(stderr).toMatch(/database/);
    expect(stderr).not.toMatch(/hunter2|^ +at /m);
    expect(stdout).not.toContain('listening');
  });
});
