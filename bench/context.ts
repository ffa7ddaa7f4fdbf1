import { spawnSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { fillDatabase, prepareOnce } from './data/prepared.ts';
import type { BenchOptions } from './options.ts';
import { makeCluster, query, startCluster } from './servers/postgres.ts';
import { copyShipped } from './servers/shipped.ts';

/** What every section of the bench works with. */
export interface Bench extends BenchOptions {
  /** Kept between runs: prepared databases, the programs of peers. */
  cache: string;
  /** Of this run alone. */
  scratch: string;
  /** `main.js` of the build that is measured. */
  command: string;
  /** The SQLite driver that this Node gives the server. */
  driver: string;
  nodeVersion: string;
  progress(text: string): void;
}

export function openBench(options: BenchOptions): Bench {
  const cache = join(process.cwd(), '.cache', 'bench');
  const scratch = join(cache, `run-${process.pid}`);
  mkdirSync(scratch, { recursive: true });
  return {
    ...options,
    cache,
    scratch,
    command: copyShipped(join(scratch, 'shipped')),
    driver: ask(options.node, "process.getBuiltinModule?.('node:sqlite') ? 'node:sqlite' : 'libsql'"),
    nodeVersion: ask(options.node, 'process.version'),
    progress,
  };
}

function ask(node: string, expression: string): string {
  const { status, stdout } = spawnSync(node, ['-p', expression], { encoding: 'utf8' });
  if (status !== 0) throw new Error(`${node} cannot be run`);
  return stdout.trim();
}

const start = Date.now();

function progress(text: string): void {
  const seconds = Math.round((Date.now() - start) / 1000);
  process.stderr.write(
    `${String(Math.floor(seconds / 60)).padStart(2)}:${String(seconds % 60).padStart(2, '0')} ${text}\n`,
  );
}

/** A data folder with the enrolled users in its SQLite file. */
export function preparedSqlite(bench: Bench, users = bench.users): Promise<string> {
  return prepareOnce({ ...bench, users }, 'sqlite', (folder) => {
    bench.progress(`${users} users are enrolled in SQLite, once …`);
    return fillSqlite(bench, folder, users);
  });
}

export function fillSqlite(bench: Bench, dataDir: string, users: number): Promise<void> {
  return fillDatabase({ node: bench.node, command: bench.command, dataDir, users, seed: bench.seed });
}

/** A folder with a PostgreSQL cluster that holds the enrolled users, and `home`, the data folder that belongs to it. */
export function preparedPostgres(bench: Bench, users = bench.users): Promise<string> {
  return prepareOnce({ ...bench, users }, 'postgres', (folder) => {
    bench.progress(`${users} users are enrolled in PostgreSQL, once …`);
    return fillPostgres(bench, folder, users);
  });
}

export async function fillPostgres(bench: Bench, folder: string, users: number): Promise<void> {
  const dataDir = join(folder, 'home');
  mkdirSync(dataDir);
  makeCluster(folder);
  const { program, url } = await startCluster(folder);
  await fillDatabase({ node: bench.node, command: bench.command, dataDir, databaseUrl: url, users, seed: bench.seed });
  query(url, 'VACUUM ANALYZE');
  await program.stop();
}

/** A compiled program of the bench. */
export function programPath(...names: string[]): string {
  return join(import.meta.dirname, ...names);
}
