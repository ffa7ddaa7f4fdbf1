import { type ChildProcess, execFile, spawn, spawnSync } from 'node:child_process';
import { randomInt } from 'node:crypto';
import { chmodSync, chownSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** A database server of the tests' own, on a free port of the loopback interface. */
export interface DatabaseServer {
  /** Of a database on it, as somebody who may make others. */
  url: string;
  port: number;
  /** Ends it without letting it tidy up, as a crash does. */
  kill(): Promise<void>;
  /** Ends it in good order. */
  halt(): Promise<void>;
  /** Starts it again on the same port and files. */
  start(): Promise<void>;
  /** Stops it in the middle of everything, as a machine that hangs does, and lets it go on. */
  pause(): void;
  resume(): void;
  /** The end of what it has said since it was started. */
  output(): string;
  /** Ends it and removes its files. */
  stop(): Promise<void>;
}

export interface ServerOptions {
  /** Whether a commit waits for the disk, as it does in production. Default: no, which nothing but a power cut can tell. */
  durable?: boolean;
  /** Whether Ctrl+C at the terminal leaves it alone. Default: no. */
  ownGroup?: boolean;
  /** Further settings, in the syntax of the server's command line. */
  settings?: readonly string[];
}

/**
 * A port that nobody listens on, below those that outgoing connections are given: whoever is ended for a while finds his port free when he
 * comes back.
 */
export async function freePort(): Promise<number> {
  for (let turn = 0; turn < 100; turn++) {
    const port = randomInt(10_000, 32_000);
    if (await isFree(port)) return port;
  }
  throw new Error('there is no free port');
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(false));
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)));
  });
}

/** In memory where there is room for that: most of what a server does in these tests is to make files and remove them. */
export function temporaryFolder(user: string): string {
  const parent = existsSync('/dev/shm') ? '/dev/shm' : tmpdir();
  const folder = mkdtempSync(join(parent, 'countersign-database-'));
  chmodSync(folder, 0o755);
  const owner = idsOf(user);
  if (owner !== undefined) chownSync(folder, owner.uid, owner.gid);
  return folder;
}

/** Neither server runs as root; who is not root runs it as himself. */
export function idsOf(user: string): { uid: number; gid: number } | undefined {
  if (process.getuid?.() !== 0) return undefined;
  const [, , uid, gid] =
    readFileSync('/etc/passwd', 'utf8')
      .split('\n')
      .map((line) => line.split(':'))
      .find(([name]) => name === user) ?? [];
  if (uid === undefined || gid === undefined) throw new Error(`there is no user ${user}: is the package installed?`);
  return { uid: Number(uid), gid: Number(gid) };
}

export function runAs(user: string, program: string, args: readonly string[]): void {
  const { status, stderr } = spawnSync(program, args, { ...idsOf(user), cwd: '/', encoding: 'utf8' });
  if (status !== 0) throw new Error(`${program} failed: ${stderr}`);
}

export interface Running {
  user: string;
  program: string;
  /** Of the first start and of those after it, where they differ. */
  args: readonly string[] | ((start: 'first' | 'again') => Promise<readonly string[]>);
  folder: string;
  port: number;
  url: string;
  /** How it is asked to end in good order without waiting for those who are connected. */
  haltBy: NodeJS.Signals;
  ownGroup?: boolean | undefined;
}

/** Starts a server and waits until it is up. */
export async function supervise(running: Running, isUp: () => boolean | Promise<boolean>): Promise<DatabaseServer> {
  let child: ChildProcess | undefined;
  let output = '';
  let starts = 0;

  async function start(): Promise<void> {
    output = '';
    const args =
      typeof running.args === 'function' ? await running.args(starts++ === 0 ? 'first' : 'again') : running.args;
    const started = spawn(running.program, args, {
      ...idsOf(running.user),
      cwd: '/',
      stdio: ['ignore', 'pipe', 'pipe'],
      detached: running.ownGroup === true,
    });
    child = started;
    for (const stream of [started.stdout, started.stderr])
      stream.on('data', (text: Buffer) => (output = (output + text.toString()).slice(-20_000)));
    for (let waited = 0; waited < 600; waited++) {
      if (started.exitCode !== null || started.signalCode !== null) break;
      if (await isUp()) return;
      await sleep(50);
    }
    throw new Error(`${running.program} does not come up:\n${output}`);
  }

  async function end(signal: NodeJS.Signals): Promise<void> {
    const running = child;
    if (running === undefined || running.exitCode !== null || running.signalCode !== null) return;
    const ended = new Promise((resolve) => running.once('exit', resolve));
    running.kill(signal);
    await ended;
  }

  await start();
  return {
    url: running.url,
    port: running.port,
    start,
    output: () => output,
    pause: () => void child?.kill('SIGSTOP'),
    resume: () => void child?.kill('SIGCONT'),
    kill: () => end('SIGKILL'),
    halt: () => end(running.haltBy),
    stop: async () => {
      await end('SIGKILL');
      rmSync(running.folder, { recursive: true, force: true });
    },
  };
}

/** The programs of the newest PostgreSQL that is installed. */
export function postgresPrograms(): string {
  const parent = '/usr/lib/postgresql';
  const versions = existsSync(parent) ? readdirSync(parent).toSorted((a, b) => Number(b) - Number(a)) : [];
  const version = versions.find((name) => existsSync(join(parent, name, 'bin', 'postgres')));
  if (version === undefined) throw new Error('PostgreSQL is not installed (package postgresql)');
  return join(parent, version, 'bin');
}

export async function startPostgres(options: ServerOptions = {}): Promise<DatabaseServer> {
  const programs = postgresPrograms();
  const folder = temporaryFolder('postgres');
  const data = join(folder, 'data');
  runAs('postgres', join(programs, 'initdb'), [
    '-D',
    data,
    '-A',
    'trust',
    '-U',
    'postgres',
    '--encoding=UTF8',
    '--locale=C.UTF-8',
    '--no-sync',
  ]);
  return servePostgres(folder, options.settings ?? [], options);
}

/** Serves the data that lies in `folder`, made there or copied. */
export async function servePostgres(
  folder: string,
  settings: readonly string[],
  options: Pick<ServerOptions, 'durable' | 'ownGroup'>,
): Promise<DatabaseServer> {
  const programs = postgresPrograms();
  const port = await freePort();
  const all = [
    `port=${port}`,
    'listen_addresses=127.0.0.1',
    `unix_socket_directories=${folder}`,
    'max_connections=400',
    ...(options.durable === true ? [] : ['fsync=off', 'full_page_writes=off', 'synchronous_commit=on']),
    ...settings,
  ];
  const args = ['-D', join(folder, 'data'), ...all.flatMap((setting) => ['-c', setting])];
  const url = `postgres://postgres@127.0.0.1:${port}/postgres`;
  const program = join(programs, 'postgres');
  const { ownGroup } = options;
  // Asked without blocking: what forwards to it may run in this process.
  return supervise({ user: 'postgres', program, args, folder, port, url, haltBy: 'SIGINT', ownGroup }, () =>
    run(join(programs, 'pg_isready'), ['-q', '-h', '127.0.0.1', '-p', String(port)]).then(
      () => true,
      () => false,
    ),
  );
}

export async function startMariadb(options: ServerOptions = {}): Promise<DatabaseServer> {
  const folder = temporaryFolder('mysql');
  const data = join(folder, 'data');
  mkdirSync(data);
  const owner = idsOf('mysql');
  if (owner !== undefined) chownSync(data, owner.uid, owner.gid);
  runAs('mysql', 'mariadb-install-db', [
    '--no-defaults',
    `--datadir=${data}`,
    '--auth-root-authentication-method=normal',
    '--skip-test-db',
  ]);
  const port = await freePort();
  const socket = join(folder, 'socket');
  const args = [
    '--no-defaults',
    `--datadir=${data}`,
    `--port=${port}`,
    '--bind-address=127.0.0.1',
    `--socket=${socket}`,
    `--pid-file=${join(folder, 'pid')}`,
    '--max-connections=400',
    '--skip-name-resolve',
    ...(options.durable === true
      ? []
      : ['--innodb-flush-log-at-trx-commit=2', '--innodb-doublewrite=0', '--innodb-log-file-size=32M']),
    ...(options.settings ?? []),
  ];
  const url = `mariadb://root@127.0.0.1:${port}/mysql`;
  const isUp = () =>
    spawnSync('mariadb-admin', ['--no-defaults', '-uroot', '-h127.0.0.1', `-P${port}`, '--protocol=tcp', 'ping'])
      .status === 0;
  return supervise(
    {
      user: 'mysql',
      program: '/usr/sbin/mariadbd',
      args,
      folder,
      port,
      url,
      haltBy: 'SIGTERM',
      ownGroup: options.ownGroup,
    },
    isUp,
  );
}

export const startServer = { postgres: startPostgres, mariadb: startMariadb };
