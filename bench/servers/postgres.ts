import { spawnSync } from 'node:child_process';
import { chmodSync, chownSync, existsSync, mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { freePort, type Program, startProgram } from './program.ts';

/** A PostgreSQL cluster of the bench's own, whose commits wait for the disk. */
export interface Cluster {
  program: Program;
  url: string;
}

/** The programs of the newest PostgreSQL that is installed. */
function programs(): string {
  const parent = '/usr/lib/postgresql';
  const versions = existsSync(parent) ? readdirSync(parent).toSorted((a, b) => Number(b) - Number(a)) : [];
  const version = versions.find((name) => existsSync(join(parent, name, 'bin', 'postgres')));
  if (version === undefined) throw new Error('PostgreSQL is not installed (package postgresql)');
  return join(parent, version, 'bin');
}

/** PostgreSQL does not run as root; who is not root runs it as himself. */
function owner(): { uid: number; gid: number } | undefined {
  if (process.getuid?.() !== 0) return undefined;
  const [, , uid, gid] =
    readFileSync('/etc/passwd', 'utf8')
      .split('\n')
      .map((line) => line.split(':'))
      .find(([name]) => name === 'postgres') ?? [];
  if (uid === undefined || gid === undefined) throw new Error('there is no user postgres');
  return { uid: Number(uid), gid: Number(gid) };
}

/** Makes an empty cluster in a folder that exists. */
export function makeCluster(folder: string): void {
  const data = join(folder, 'data');
  const as = owner();
  mkdirSync(data, { mode: 0o700 });
  chmodSync(folder, 0o755);
  if (as !== undefined) chownSync(data, as.uid, as.gid);
  const args = ['-D', data, '-A', 'trust', '-U', 'postgres', '--encoding=UTF8', '--locale=C.UTF-8'];
  const { status, stderr } = spawnSync(join(programs(), 'initdb'), args, { ...as, cwd: '/', encoding: 'utf8' });
  if (status !== 0) throw new Error(`initdb failed: ${stderr}`);
}

/** Starts the cluster of a folder, with the settings that PostgreSQL has by itself: fsync and synchronous_commit are on. */
export async function startCluster(folder: string, settings: readonly string[] = []): Promise<Cluster> {
  const port = await freePort();
  const all = [`port=${port}`, 'listen_addresses=127.0.0.1', 'unix_socket_directories=', ...settings];
  const program = await startProgram({
    command: join(programs(), 'postgres'),
    args: ['-D', join(folder, 'data'), ...all.flatMap((setting) => ['-c', setting])],
    port,
    log: join(folder, 'postgres.log'),
    cwd: '/',
    stopBy: 'SIGINT',
    http: false,
    ...owner(),
  });
  const url = `postgres://postgres@127.0.0.1:${port}/postgres`;
  for (let tried = 0; query(url, 'SELECT 1') === undefined; tried++) {
    if (tried > 600)
      throw new Error(`PostgreSQL does not come up: ${readFileSync(join(folder, 'postgres.log'), 'utf8')}`);
  }
  return { program, url };
}

/** What one statement answers, by psql; undefined when it fails. */
export function query(url: string, sql: string): string | undefined {
  const { status, stdout } = spawnSync('psql', ['-X', '-q', '-A', '-t', '-d', url, '-c', sql], { encoding: 'utf8' });
  return status === 0 ? stdout.trim() : undefined;
}
