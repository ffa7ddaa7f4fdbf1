import { join } from 'node:path';
import type { Bench } from '../context.ts';
import { preparedSqlite } from '../context.ts';
import { copyFolder, tokenOf } from '../data/prepared.ts';
import type { WorkloadName } from '../load/workload.ts';
import type { Target } from '../load/slices.ts';
import { startCountersign } from './countersign.ts';
import { startDurableEchoSqlite, startEcho } from './floors.ts';
import { freshFolder } from './fresh-folder.ts';
import type { Program } from './program.ts';

/** A server that takes part, and how to end it. */
export interface Contender {
  target: Target;
  program: Program;
  /** What else its answers cost: the processes of its database. */
  stop(): Promise<void>;
}

export async function echoContender(bench: Bench, name: string): Promise<Contender> {
  const program = await startEcho(bench, name);
  return { program, target: unchecked(bench, name, program), stop: () => program.stop() };
}

export async function durableSqliteContender(bench: Bench): Promise<Contender> {
  const folder = freshFolder(bench, 'durable-echo');
  const program = await startDurableEchoSqlite(bench, join(folder, 'floor.db'));
  return { program, target: unchecked(bench, 'durable echo, SQLite', program), stop: () => program.stop() };
}

/** A floor looks at no code, and needs none. */
function unchecked(bench: Bench, name: string, { pid, port }: Program): Target {
  const codes = { seed: bench.seed, users: bench.users, unchecked: true };
  return { name, port, token: 'x'.repeat(47), workload: 'verify', codes, pids: [pid] };
}

export interface CountersignContenderOptions {
  name?: string;
  users?: number;
  workload?: WorkloadName;
  nodeArgs?: readonly string[];
}

export async function countersignSqlite(bench: Bench, options: CountersignContenderOptions = {}): Promise<Contender> {
  const { name = 'Countersign, SQLite', users = bench.users, workload = 'verify', nodeArgs = [] } = options;
  const prepared = await preparedSqlite(bench, users);
  const dataDir = join(bench.scratch, name.replaceAll(/\W+/g, '-'));
  copyFolder(prepared, dataDir);
  const program = await startCountersign({ node: bench.node, command: bench.command, dataDir, nodeArgs });
  const target: Target = {
    name,
    port: program.port,
    token: tokenOf(dataDir),
    workload,
    codes: { seed: bench.seed, users },
    pids: [program.pid],
  };
  return { target, program, stop: () => program.stop() };
}
