import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, openSync, readFileSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

/** A program that serves, in a process of its own. */
export interface Program {
  pid: number;
  port: number;
  /** Asks it to end and waits until it has. */
  stop(): Promise<void>;
}

export interface ProgramOptions {
  command: string;
  args: readonly string[];
  port: number;
  /** Where everything goes that it says. */
  log: string;
  env?: Readonly<Record<string, string>>;
  uid?: number;
  gid?: number;
  cwd?: string;
  stopBy?: NodeJS.Signals;
  /** Whether it can be asked by HTTP when it is up; else a connection must do. Default true. */
  http?: boolean;
}

export async function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() =>
        typeof address === 'object' && address !== null ? resolve(address.port) : reject(new Error('no port')),
      );
    });
  });
}

/** Whatever still runs when the bench ends is ended with it. */
const running = new Set<ChildProcess>();
process.once('exit', () => {
  for (const child of running) child.kill('SIGKILL');
});

export async function startProgram(options: ProgramOptions): Promise<Program> {
  const log = openSync(options.log, 'a');
  const child = spawn(options.command, options.args, {
    stdio: ['ignore', log, log],
    env: { PATH: process.env['PATH'], HOME: process.env['HOME'], ...options.env },
    ...(options.uid !== undefined && { uid: options.uid }),
    ...(options.gid !== undefined && { gid: options.gid }),
    ...(options.cwd !== undefined && { cwd: options.cwd }),
  });
  closeSync(log);
  running.add(child);
  const ended = new Promise<void>((resolve) => {
    child.once('exit', () => {
      running.delete(child);
      resolve();
    });
  });
  for (let waited = 0; !(await answers(options.port, options.http ?? true)); waited++) {
    if (child.exitCode !== null || child.signalCode !== null || waited > 3000) {
      throw new Error(`${options.command} ${options.args.join(' ')} does not come up:\n${tail(options.log)}`);
    }
    await sleep(20);
  }
  return {
    pid: child.pid ?? 0,
    port: options.port,
    stop: async () => {
      child.kill(options.stopBy ?? 'SIGTERM');
      await ended;
    },
  };
}

/** Whether somebody answers there: an open port alone may belong to a program that is not ready yet. */
async function answers(port: number, http: boolean): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ port, host: '127.0.0.1' });
    const tell = (up: boolean): void => {
      socket.destroy();
      resolve(up);
    };
    socket.once('connect', () => {
      if (http) socket.write('GET / HTTP/1.0\r\n\r\n');
      else tell(true);
    });
    socket.once('data', () => tell(true));
    socket.once('close', () => tell(false));
    socket.once('error', () => tell(false));
  });
}

function tail(file: string): string {
  return readFileSync(file, 'utf8').slice(-4000);
}
