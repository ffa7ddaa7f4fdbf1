// The checker finds what it is for: builds that are broken on purpose, each by one change, are found by the invariant that they break, on
// real processes and a real database; and the build as it is passes the same.
import { afterAll, beforeAll, expect, test } from 'vitest';
import { build } from '../cli/cli.fixture.ts';
import { type DatabaseServer, startPostgres } from '../databases/servers.fixture.ts';
import { breakBuild } from './break-build.fixture.ts';
import { brokenBuilds } from './broken-builds.fixture.ts';
import type { Evidence } from './history.ts';
import { checkHistory } from './check-history.ts';
import { openProcesses } from './open-processes.fixture.ts';
import { type WorkloadName, workloads } from './workloads.fixture.ts';

let server: DatabaseServer;
beforeAll(async () => {
  build();
  server = await startPostgres({ durable: true });
});
afterAll(() => server.stop());

async function runWorkload(name: WorkloadName, build?: string): Promise<Evidence> {
  const { policy, processes: count, run } = workloads[name];
  const t = await openProcesses(server, { policy, count, ...(build === undefined ? {} : { build }) });
  await run(t);
  return t.evidence();
}

test.each<[WorkloadName, string]>([
  ['one code at once', 'I1'],
  ['wrong guesses', 'I3'],
  ['strangers', 'I4'],
  ['another tenant', 'I5'],
  ['killed', 'I1, I2, I8'],
])('the build as it is does nothing that it must not: %s (%s)', { timeout: 120_000 }, async (name) => {
  const evidence = await runWorkload(name);
  expect(checkHistory(evidence)).toEqual([]);
  // A history of nothing would be clean as well.
  expect(evidence.history.length).toBeGreaterThan(2);
  expect(evidence.history.some((event) => event.event === 'call' && event.told === 'refused')).toBe(true);
});

test.each(brokenBuilds)('a build that $name is found by $caughtBy', { timeout: 120_000 }, async (broken) => {
  const evidence = await runWorkload(broken.workload, breakBuild(broken));
  expect(checkHistory(evidence).map(({ invariant }) => invariant)).toContain(broken.caughtBy);
});

test('a broken build whose place is not found says so', () => {
  const moved = { ...brokenBuilds[0]!, find: 'nothing that is there' };
  expect(() => breakBuild(moved)).toThrow(/that is there 0 times instead of once\. The sources have moved/);
});
