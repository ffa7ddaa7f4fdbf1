import { spawnSync } from 'node:child_process';
import { hash } from 'node:crypto';
import {
  createWriteStream,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statfsSync,
} from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { once } from 'node:events';
import { Client } from 'pg';
import { codeOf, secretOf, stepMs } from '../load/codes.ts';
import { countersignEnvironment, type CountersignOptions, startCountersign } from '../servers/countersign.ts';

/** A data folder with so many enrolled users, made once and copied for every start. */
export interface PreparedOptions {
  cache: string;
  node: string;
  command: string;
  users: number;
  seed: string;
}

/** Another schema needs other databases. */
function schemaOf(command: string): string {
  const folder = join(dirname(dirname(command)), 'store', 'migrations');
  const files = readdirSync(folder).filter((name) => name.endsWith('.js'));
  return hash('sha256', files.map((name) => readFileSync(join(folder, name), 'utf8')).join('\0')).slice(0, 8);
}

/** Makes a folder when there is none. What was cut short leaves none behind. */
export async function fillOnce(folder: string, make: (folder: string) => Promise<void> | void): Promise<void> {
  if (existsSync(folder)) return;
  const fresh = `${memoryFolder() ?? dirname(folder)}/${basename(folder)}.${process.pid}`;
  mkdirSync(dirname(folder), { recursive: true });
  mkdirSync(fresh, { recursive: true });
  const moved = `${folder}.${process.pid}`;
  try {
    await make(fresh);
    if (moved !== fresh) copyFolder(fresh, moved);
    renameSync(moved, folder);
  } finally {
    for (const left of [fresh, moved]) rmSync(left, { recursive: true, force: true });
  }
}

/** What is only prepared need not wait for the disk: it is made in memory where there is room, and put on the disk when it is done. */
function memoryFolder(): string | undefined {
  const folder = '/dev/shm';
  if (!existsSync(folder)) return undefined;
  const { bavail, bsize } = statfsSync(folder);
  return bavail * bsize > 8e9 ? folder : undefined;
}

/** The folder for these options; those of other schemas and seeds go. */
export async function prepareOnce(
  { cache, command, users, seed }: PreparedOptions,
  kind: string,
  make: (folder: string) => Promise<void>,
): Promise<string> {
  const name = `${kind}-${users}-${hash('sha1', seed).slice(0, 6)}-${schemaOf(command)}`;
  for (const other of existsSync(cache) ? readdirSync(cache) : []) {
    const isOld = other.startsWith(`${kind}-${users}-`) && other !== name;
    if (isOld) rmSync(join(cache, other), { recursive: true, force: true });
  }
  await fillOnce(join(cache, name), make);
  return join(cache, name);
}

/** Does what an operator would: a first start, and `countersign import` of a file. */
export async function fillDatabase(options: CountersignOptions & { users: number; seed: string }): Promise<void> {
  if (options.databaseUrl !== undefined) runCommand(options, 'migrate');
  const server = await startCountersign({ ...options, firstStart: true });
  await server.stop();
  const file = join(options.dataDir, 'people.csv');
  await writePeople(file, options.users, options.seed);
  runCommand(options, 'import', file, '--secrets', 'hex', '--integration', 'Default');
  rmSync(file);
  if (options.databaseUrl !== undefined) await countRows(options.databaseUrl);
}

/** What PostgreSQL does by itself within a minute: the planner learns how many rows there are. */
async function countRows(url: string): Promise<void> {
  const client = new Client({ connectionString: url });
  await client.connect();
  await client.query('analyze');
  await client.end();
}

function runCommand(options: CountersignOptions, ...args: readonly string[]): void {
  const env = { PATH: process.env['PATH'], ...countersignEnvironment(options) };
  const settings = { env, encoding: 'utf8', maxBuffer: 1 << 28 } as const;
  const { status, stderr } = spawnSync(options.node, [options.command, ...args], settings);
  if (status !== 0) throw new Error(`countersign ${args.join(' ')} failed: ${stderr.slice(-2000)}`);
}

async function writePeople(file: string, users: number, seed: string): Promise<void> {
  const out = createWriteStream(file);
  out.write('user,secret\n');
  for (let user = 0; user < users; user++) {
    const line = `u${String(user).padStart(7, '0')},${secretOf(seed, user).toString('hex')}\n`;
    if (!out.write(line)) await once(out, 'drain');
  }
  out.end();
  await once(out, 'finish');
}

/** A copy to start a server on, that is on the disk before anything is measured. */
export function copyFolder(from: string, to: string): void {
  rmSync(to, { recursive: true, force: true });
  const { status, stderr } = spawnSync('cp', ['-a', '--reflink=auto', from, to], { encoding: 'utf8' });
  if (status !== 0) throw new Error(stderr);
  spawnSync('sync', ['-f', to]);
}

export function tokenOf(dataDir: string): string {
  const bootstrap = JSON.parse(readFileSync(join(dataDir, 'bootstrap.json'), 'utf8')) as {
    integration: { token: string };
  };
  return bootstrap.integration.token;
}

/** A code of one user that is good now, for a single question. */
export function currentCode(seed: string, user: number): string {
  return String(codeOf(secretOf(seed, user), Math.floor(Date.now() / stepMs))).padStart(6, '0');
}
