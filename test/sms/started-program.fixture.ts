import { spawn } from 'node:child_process';
import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

/** A program of the tests' own. */
export interface StartedProgram {
  /** Everything that it has said on its outputs. */
  output(): string;
  stop(): Promise<void>;
}

/** Starts a program in a folder. */
export function startProgram(program: string, args: readonly string[], cwd: string): StartedProgram {
  const child = spawn(program, args, { cwd, stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  let failed: Error | undefined;
  child.on('error', (error) => (failed = error));
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => (output += text));
  }
  const ended = new Promise<void>((resolve) => child.once('close', () => resolve()));
  return {
    output: () => {
      if (failed !== undefined) throw failed;
      return output;
    },
    stop: async () => {
      // It has nothing to lose, and some of these take seconds to say goodbye.
      if (failed === undefined && child.exitCode === null) child.kill('SIGKILL');
      if (failed === undefined) await ended;
    },
  };
}

/** Waits until something is so; a program that never gets there fails with what it has said. */
export async function waitUntil(isSo: () => boolean | Promise<boolean>, said: () => string): Promise<void> {
  for (let turn = 0; turn < 600; turn++) {
    if (await isSo()) return;
    await sleep(25);
  }
  throw new Error(`it did not come about: ${said().slice(-2000)}`);
}

/** Whether somebody listens on a port of this machine. */
export function isListening(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host: '127.0.0.1', port }, () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });
}
