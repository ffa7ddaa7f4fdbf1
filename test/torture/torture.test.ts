import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { verifyAudit } from '../../src/audit/index.ts';
import { platformTenant } from '../../src/core/ids.ts';
import type { PolicyOptions } from '../../src/core/policy/policy.ts';
import { systemRandom } from '../../src/core/random.ts';
import { createKeyFile, keyRing } from '../../src/crypto/index.ts';
import { enrollTotp } from '../../src/engine/enrolled.fixture.ts';
import { type Caller, createEngine, type Engine } from '../../src/engine/index.ts';
import { createScratchDatabase, openStore } from '../../src/store/index.ts';
import { integrationCaller, virtualClock } from '../../src/testing/index.ts';
import { build } from '../cli/cli.fixture.ts';
import { type GaleraCluster, startGalera } from '../databases/galera.fixture.ts';
import type { Call } from '../history/history.ts';
import { checkKept, keepHistory, readKept } from './kept-history.ts';
import { galeraTarget } from './open-target.ts';
import { formatTable } from './report.ts';
import { type RunOptions, runTarget, type TargetResult } from './run-target.ts';

beforeAll(build);

const sample = { seed: 1, users: 10, seconds: Infinity };

/** A run in which nothing went wrong, and in which something went on. */
async function runSample(options: Pick<RunOptions, 'target' | 'cycles' | 'only' | 'open'>): Promise<TargetResult> {
  const result = await runTarget({ ...sample, ...options });
  expect(result.violations).toEqual([]);
  expect(result.surprises).toEqual([]);
  expect(result.nemeses.reduce((sum, { cycles }) => sum + cycles, 0)).toBe(options.cycles);
  // Before each fault each of the eight had two values accepted.
  expect(result.counts.accepted).toBeGreaterThan(16 * options.cycles);
  expect(result.counts.refused).toBeGreaterThan(0);
  expect(result.counts.exhausted).toBeGreaterThan(0);
  return result;
}

test(
  'a server on SQLite that is killed in the middle of everything lets nobody in twice, and forgets nobody whom it let in (I1, I2, REL-01)',
  { timeout: 180_000 },
  async () => {
    const result = await runSample({ target: 'sqlite', cycles: 5 });
    expect(result.counts.lost).toBeGreaterThan(0);
    expect(formatTable([result])).toMatch(/^sqlite +kill -9 server +5 /m);

    // The same history with one thing in it that must not be.
    const { kept } = result;
    const accepted = kept.history.find((event): event is Call => event.event === 'call' && event.told === 'accepted');
    if (accepted === undefined) throw new Error('nothing was accepted');
    const twice = { ...accepted, asked: accepted.asked + 1, answered: accepted.answered + 1 };
    expect(checkKept({ ...kept, history: [...kept.history, twice] })).toContainEqual(
      expect.objectContaining({ invariant: 'I1' }),
    );
    const named = kept.history.find((event): event is Call => event.event === 'call' && event.auditId !== undefined);
    const forgotten = { ...kept, trail: kept.trail.filter(({ id }) => id !== named?.auditId) };
    expect(checkKept(forgotten)).toContainEqual(expect.objectContaining({ invariant: 'I2' }));

    // And as it is kept in a file.
    const folder = mkdtempSync(join(tmpdir(), 'countersign-kept-'));
    onTestFinished(() => rmSync(folder, { recursive: true }));
    const file = join(folder, 'history.jsonl');
    await keepHistory(file, forgotten, []);
    expect(checkKept(await readKept(file))).toEqual(checkKept(forgotten));
  },
);

test(
  'two servers on PostgreSQL, and PostgreSQL itself, are killed in the middle of everything (I1, I2, I3, I8)',
  { timeout: 180_000 },
  async () => {
    const { nemeses } = await runSample({ target: 'postgres', cycles: 3 });
    expect(nemeses.map(({ nemesis, cycles }) => [nemesis, cycles])).toEqual([
      ['kill -9 server', 2],
      ['kill -9 database', 1],
    ]);
  },
);

test('MariaDB is killed under two servers (I1, I2, I8)', { timeout: 180_000 }, async () => {
  await runSample({ target: 'mariadb', cycles: 1, only: ['kill -9 database'] });
});

test(
  'a standby of PostgreSQL takes over under load, and knows whom its primary let in (I1, I2)',
  { timeout: 180_000 },
  async () => {
    await runSample({ target: 'standby', cycles: 1, only: ['promote standby'] });
  },
);

describe('three servers on the three nodes of a Galera cluster', () => {
  let cluster: GaleraCluster;
  beforeAll(async () => {
    cluster = await startGalera();
  }, 180_000);
  afterAll(() => cluster.stop());

  /** An engine on each node, on one database; each with connections of its own. */
  async function openEngines(policy: PolicyOptions) {
    const [first] = cluster.nodes;
    const database = await createScratchDatabase(first?.url ?? '');
    onTestFinished(() => database.drop());
    const clock = virtualClock();
    const ring = keyRing(createKeyFile(systemRandom, clock.now()));
    const engines: Engine[] = [];
    for (const { port } of cluster.nodes) {
      const store = await openStore({ url: Object.assign(new URL(database.url), { port: String(port) }).href });
      onTestFinished(() => store.close());
      await store.migrate();
      const delivery = { deliver: async () => undefined, close: async () => undefined };
      engines.push(
        await createEngine({ store, clock, keys: { ring: () => ring, refresh: () => undefined }, delivery }),
      );
    }
    const [engine] = engines;
    if (engine === undefined) throw new Error('there is no node');
    const system: Caller = { tenant: platformTenant, actor: { type: 'system', id: 'test' }, door: 'test' };
    const { tenant } = await engine.tenants.create(system, { name: 'Example' });
    const { integration } = await engine.integrations.create(
      { ...system, tenant: tenant.id },
      { name: 'Example', policy },
    );
    const caller = integrationCaller(integration);
    return {
      engine,
      clock,
      caller,
      messages: [],
      /** That many at the same time, one at each node in turn; what came of it, counted. */
      async verify(times: number, user: string, code: string): Promise<Record<string, number>> {
        const counts: Record<string, number> = {};
        const told = Array.from({ length: times }, async (_, index) => {
          const asked = engines[index % engines.length]?.verify(caller, { user, answer: { code } });
          return asked?.then(
            ({ accepted }) => (accepted ? 'accepted' : 'refused'),
            (error: unknown) => (error as { code?: string }).code ?? String(error),
          );
        });
        for (const each of await Promise.all(told)) counts[String(each)] = (counts[String(each)] ?? 0) + 1;
        return counts;
      },
      /** The trail of all three holds, and has as many acceptances as were told. */
      async expectTrail(accepted: number): Promise<void> {
        for (const each of engines) await each.audit.signHeads();
        const rows = [];
        for await (const row of engine.audit.export(system)) rows.push(row);
        const verdict = await verifyAudit(rows, await engine.audit.heads(system), engine.audit.publicKey());
        expect(verdict).toMatchObject({ intact: true });
        const answers = rows.filter(({ event, outcome }) => event === 'verify.answered' && outcome === 'accepted');
        expect(answers).toHaveLength(accepted);
      },
    };
  }

  const generous = { guesses: { perUser: 1000, windowSeconds: 600, consecutive: 1000 } };

  test.each([2, 10, 50, 200])(
    'accept one code once, of %i that come at the same time (OTP-14, I1)',
    { timeout: 60_000 },
    async (times) => {
      const t = await openEngines(generous);
      const alice = await enrollTotp(t, 'alice');
      expect(await t.verify(times, 'alice', alice.code())).toEqual({ accepted: 1, refused: times - 1 });
      await t.expectTrail(1);
    },
  );

  test(
    'judge not one guess more than the budget has, of 200 wrong ones at the same time (BF-09, I3)',
    { timeout: 60_000 },
    async () => {
      const t = await openEngines({ guesses: { perUser: 10, windowSeconds: 600 } });
      const alice = await enrollTotp(t, 'alice');
      expect(await t.verify(200, 'alice', alice.wrong())).toEqual({ refused: 10, too_many_attempts: 190 });
      await t.expectTrail(0);
    },
  );

  test('go on while a node is killed and comes back (I1, I2, I3, I8)', { timeout: 180_000 }, async () => {
    const open = () => galeraTarget(cluster);
    await runSample({ target: 'galera', cycles: 1, only: ['kill -9 node'], open });
  });
});
