import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';

export const repository = fileURLToPath(new URL('../..', import.meta.url));
const program = join(repository, 'dist', 'cli', 'main.js');

/** Builds what the sources say; quick when it is there already. */
export function build(): void {
  const { status, stdout, stderr } = spawnSync(process.execPath, [join(repository, 'scripts', 'build.mjs')], {
    encoding: 'utf8',
  });
  if (status !== 0) throw new Error(`the build failed: ${stdout}${stderr}`);
}

export interface Ran {
  status: number | null;
  stdout: string;
  stderr: string;
}

export interface RunOptions {
  env?: Record<string, string>;
  input?: string;
}

/** A data folder of its own, and the command line that works on it. */
export interface Cli {
  folder: string;
  env: Record<string, string>;
  /** Runs a command to its end. */
  run(words: string[], options?: RunOptions): Promise<Ran>;
  /** The same; anything but exit code 0 is an error. */
  done(words: string[], options?: RunOptions): Promise<string>;
  /** The same; the output is JSON. */
  json(words: string[], options?: RunOptions): Promise<unknown>;
  /** Starts one that goes on, and waits until it prints `ready`. */
  start(words: string[], ready: RegExp, env?: Record<string, string>, script?: string): Promise<Started>;
  remove(): Promise<void>;
}

export interface Started {
  child: ChildProcess;
  /** What it has printed so far. */
  output(): string;
  stop(signal?: NodeJS.Signals): Promise<number | null>;
}

/** @param template A folder that the new one begins as a copy of. */
export function cli(extra: Record<string, string> = {}, template?: string): Cli {
  const folder = mkdtempSync(join(tmpdir(), 'countersign-cli-'));
  if (template !== undefined) cpSync(template, folder, { recursive: true });
  const env = { PATH: process.env['PATH'] ?? '', HOME: folder, COUNTERSIGN_DATA_DIR: folder, ...extra };
  const started: Started[] = [];

  const run = async (words: string[], options: RunOptions = {}): Promise<Ran> => {
    const child = spawn(process.execPath, [program, ...words], { cwd: folder, env: { ...env, ...options.env } });
    // Whoever does not read its input may close it early.
    child.stdin.on('error', () => undefined);
    child.stdin.end(options.input ?? '');
    const [stdout, stderr] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'close')]);
    return { status: child.exitCode, stdout, stderr };
  };
  const done = async (words: string[], options?: RunOptions): Promise<string> => {
    const { status, stdout, stderr } = await run(words, options);
    if (status !== 0) throw new Error(`countersign ${words.join(' ')} ended with ${status}: ${stderr}${stdout}`);
    return stdout;
  };
  return {
    folder,
    env,
    run,
    done,
    json: async (words, options) => JSON.parse(await done(words, options)) as unknown,
    start: async (words, ready, more = {}, script = program) => {
      const child = spawn(process.execPath, [script, ...words], { cwd: folder, env: { ...env, ...more } });
      const one = await startedOf(child, words, ready);
      started.push(one);
      return one;
    },
    remove: async () => {
      await Promise.all(started.map((one) => one.stop()));
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

async function startedOf(child: ChildProcess, words: string[], ready: RegExp): Promise<Started> {
  let output = '';
  const ended = once(child, 'close');
  const shown = new Promise<void>((resolve, reject) => {
    const read = (bytes: Buffer) => {
      output += bytes.toString();
      if (ready.test(output)) resolve();
    };
    child.stdout?.on('data', read);
    child.stderr?.on('data', read);
    child.once('close', (code) => reject(new Error(`countersign ${words.join(' ')} ended with ${code}: ${output}`)));
  });
  await shown;
  return {
    child,
    output: () => output,
    stop: async (signal = 'SIGTERM') => {
      if (child.exitCode === null && child.signalCode === null) child.kill(signal);
      await ended;
      return child.exitCode;
    },
  };
}

/** A port of 127.0.0.1 that nobody listens on at the moment. */
export async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const address = server.address();
  await new Promise((resolve) => {
    server.close(resolve);
  });
  return typeof address === 'object' && address !== null ? address.port : 0;
}

/** What an independent implementation shows for a secret in base32. */
export function oathtool(secret: string, ...options: string[]): string {
  const mode = options.some((option) => option.startsWith('--totp')) ? [] : ['--totp'];
  const { stdout, status, stderr } = spawnSync('oathtool', [...mode, '-b', ...options, secret], { encoding: 'utf8' });
  if (status !== 0) throw new Error(`oathtool: ${stderr}`);
  return stdout.trim();
}
