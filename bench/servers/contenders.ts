import { join } from 'node:path';
import { type Bench, preparedPostgres, preparedSqlite } from '../context.ts';
import { copyFolder, tokenOf } from '../data/prepared.ts';
import type { Target } from '../load/slices.ts';
import type { WorkloadName } from '../load/workload.ts';
import { startCountersign } from './countersign.ts';
import { type FloorProgram, startFloor } from './floors.ts';
import { freshFolder } from './fresh-folder.ts';
import { makeCluster, startCluster } from './postgres.ts';
import type { Program } from './program.ts';

/** A server that takes part, and how to end it with everything that was started for it. */
export interface Contender {
  target: Target;
  program: Program;
  databaseUrl?: string;
  stop(): Promise<void>;
}

export const names = {
  echo: 'echo',
  control: 'echo again (A/A)',
  durableSqlite: 'durable echo, SQLite',
  countersignSqlite: 'Countersign, SQLite',
  durablePostgres: 'durable echo, PostgreSQL',
  naivePostgres: 'statements per request, PostgreSQL',
  countersignPostgres: 'Countersign, PostgreSQL',
} as const;

export async function echoContender(bench: Bench, name: string = names.echo): Promise<Contender> {
  const program = await startFloor(bench, 'echo');
  return { program, target: unchecked(bench, name, program), stop: () => program.stop() };
}

export async function durableSqlite(bench: Bench): Promise<Contender> {
  const file = join(freshFolder(bench, 'durable-echo'), 'floor.db');
  const program = await startFloor(bench, 'durable-echo-sqlite', file, String(bench.users));
  return { program, target: unchecked(bench, names.durableSqlite, program), stop: () => program.stop() };
}

export function durablePostgres(bench: Bench): Promise<Contender> {
  return floorOnPostgres(bench, names.durablePostgres, 'durable-echo-postgres', true);
}

export function naivePostgres(bench: Bench): Promise<Contender> {
  return floorOnPostgres(bench, names.naivePostgres, 'statements-per-request', false);
}

async function floorOnPostgres(
  bench: Bench,
  name: string,
  floor: FloorProgram,
  looksAway: boolean,
): Promise<Contender> {
  const folder = freshFolder(bench, floor);
  makeCluster(folder);
  const cluster = await startCluster(folder);
  const program = await startFloor(bench, floor, cluster.url, String(bench.users), bench.seed);
  const target = unchecked(bench, name, program);
  return {
    program,
    databaseUrl: cluster.url,
    target: {
      ...target,
      codes: { ...target.codes, unchecked: looksAway },
      pids: [program.pid, cluster.program.pid],
    },
    stop: async () => {
      await program.stop();
      await cluster.program.stop();
    },
  };
}

/** A floor looks at no code, and needs none. */
function unchecked(bench: Bench, name: string, { pid, port }: Program): Target {
  const codes = { seed: bench.seed, users: bench.users, unchecked: true };
  return { name, port, token: 'x'.repeat(47), workload: 'verify', codes, pids: [pid] };
}

export interface ContenderOptions {
  name?: string;
  users?: number;
  workload?: WorkloadName;
  nodeArgs?: readonly string[];
  env?: Readonly<Record<string, string>>;
}

export async function countersignSqlite(bench: Bench, options: ContenderOptions = {}): Promise<Contender> {
  const { name = names.countersignSqlite, users = bench.users, workload = 'verify', nodeArgs = [], env = {} } = options;
  const dataDir = join(bench.scratch, name.replaceAll(/\W+/g, '-'));
  copyFolder(await preparedSqlite(bench, users), dataDir);
  const program = await startCountersign({ node: bench.node, command: bench.command, dataDir, nodeArgs, env });
  const { port, pid } = program;
  const codes = { seed: bench.seed, users };
  const target = { name, port, token: tokenOf(dataDir), workload, codes, pids: [pid] };
  return { target, program, stop: () => program.stop() };
}

export async function countersignPostgres(
  bench: Bench,
  options: ContenderOptions & { settings?: readonly string[] } = {},
): Promise<Contender> {
  const { name = names.countersignPostgres, users = bench.users, workload = 'verify', nodeArgs = [] } = options;
  const folder = join(bench.scratch, name.replaceAll(/\W+/g, '-'));
  copyFolder(await preparedPostgres(bench, users), folder);
  const cluster = await startCluster(folder, options.settings);
  const dataDir = join(folder, 'home');
  const server = { node: bench.node, command: bench.command, dataDir, nodeArgs, databaseUrl: cluster.url };
  const program = await startCountersign(server);
  const codes = { seed: bench.seed, users };
  const pids = [program.pid, cluster.program.pid];
  return {
    program,
    databaseUrl: cluster.url,
    target: { name, port: program.port, token: tokenOf(dataDir), workload, codes, pids },
    stop: async () => {
      await program.stop();
      await cluster.program.stop();
    },
  };
}
