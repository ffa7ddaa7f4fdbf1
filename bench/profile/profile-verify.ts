import { copyFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Bench } from '../context.ts';
import { startGenerator } from '../load/generator.ts';
import type { TargetResult } from '../load/slices.ts';
import { show } from '../numbers.ts';
import { table } from '../report/table.ts';
import { countersignPostgres, countersignSqlite } from '../servers/contenders.ts';
import { freshFolder } from '../servers/fresh-folder.ts';
import { type ProfileSummary, readProfile } from './read-profile.ts';

/** Runs the server under `--cpu-prof` and 64 connections, and tells where the time of its main thread goes. */
export async function profileVerify(bench: Bench): Promise<string> {
  const folder = freshFolder(bench, 'profile');
  const nodeArgs = ['--cpu-prof', '--cpu-prof-interval', '200', `--cpu-prof-dir=${folder}`];
  // One database: the first that was asked for.
  const start = bench.databases[0] === 'postgres' ? countersignPostgres : countersignSqlite;
  const workload = bench.sections.length === 1 && bench.sections[0] === 'challenge' ? 'challenge' : 'verify';
  const contender = await start(bench, { nodeArgs, workload });
  const generator = startGenerator();
  const job = { targets: [contender.target], connections: 64, sliceMs: bench.sliceMs };
  bench.progress(`profile: ${workload}, 64 connections`);
  await generator.run('slices', { ...job, rounds: 1, warmUp: 8000 });
  const from = microseconds();
  const [result] = await generator.run('slices', { ...job, rounds: 50, warmUp: 0 });
  const to = microseconds();
  generator.stop();
  await contender.stop();
  const [name] = readdirSync(folder).filter((name) => name.endsWith('.cpuprofile'));
  if (name === undefined) throw new Error('the server has written no profile');
  const kept = join(bench.cache, `${workload}.cpuprofile`);
  copyFileSync(join(folder, name), kept);
  return showProfile(readProfile(kept, from, to), kept, result);
}

function microseconds(): number {
  return Number(process.hrtime.bigint() / 1000n);
}

function showProfile(
  { busyMs, idleMs, rooms, functions }: ProfileSummary,
  file: string,
  result: TargetResult | undefined,
): string {
  const requests = result?.exchanges ?? Number.NaN;
  const cells = (selfMs: number): string[] => [
    `${((selfMs / busyMs) * 100).toFixed(1)} %`,
    show((selfMs * 1000) / requests),
  ];
  return [
    `\nbusy ${show(busyMs)} ms, idle ${show(idleMs)} ms, ${requests} requests; all threads took ${show(result?.cpu ?? 0)} µs of processor per request while profiled.\nWhat follows is time of the main thread; waiting for the disk, and for a processor that others have, is in it.\n`,
    table(
      ['where', 'self', 'µs/req'],
      rooms.filter(({ selfMs }) => selfMs > busyMs / 1000).map(({ room, selfMs }) => [room, ...cells(selfMs)]),
    ),
    table(
      ['function', 'at', 'self', 'µs/req'],
      functions.slice(0, 30).map(({ name, place, selfMs }) => [name, place, ...cells(selfMs)]),
    ),
    `The whole profile (for Chrome DevTools): ${file}`,
  ].join('\n');
}
