import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { openSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { onTestFinished } from 'vitest';
import type { ConfigOptions } from '../../src/server/config/schema.ts';
import { type Cli, cli, repository } from '../cli/cli.fixture.ts';

/** What was told to somebody who asked over HTTP. */
export interface Answer {
  status: number;
  body: Record<string, unknown>;
  headers: Headers;
}

export interface ServedOptions {
  /** Default: an SQLite file in a folder of its own. */
  databaseUrl?: string;
  config?: ConfigOptions;
  env?: Record<string, string>;
  /** A program and its words in front of Node, that sets limits and then becomes it. */
  within?: readonly string[];
  /** Where the installation is; else a fresh folder that goes with the test. */
  installation?: Cli;
  /** A file that its standard output goes into. Default: it is read by the test. */
  log?: string;
  /** What is to be done when it is no longer needed. Default: at the end of the test. */
  atEnd?: AtEnd;
}

/** Takes what is to be done at the end. */
export type AtEnd = (close: () => Promise<unknown>) => void;

/** A server process as an operator starts it, asked over HTTP. */
export interface Served {
  cs: Cli;
  child: ChildProcess;
  url: string;
  /** Id of the default tenant. */
  tenant: string;
  /** Bearer token of the default integration. */
  token: string;
  administrator: { login: string; password: string; token: string };
  /** Everything it has printed so far. */
  output(): string;
  call(path: string, body?: unknown, options?: CallOptions): Promise<Answer>;
  /** Whether `/readyz` says so. */
  isReady(): Promise<boolean>;
  /** Resolves when it says so again. */
  ready(): Promise<void>;
  stop(signal?: NodeJS.Signals): Promise<number | null>;
}

export interface CallOptions {
  headers?: Record<string, string>;
  token?: string;
  method?: string;
}

/** The connection broke before an answer was there: nobody knows what was done. */
export class Lost extends Error {
  override readonly name = 'Lost';
}

/** Much longer than any bound of the server's own, so that only an answer that never comes runs into it. */
const patience = 60_000;

/** The time-out, in ms, of a test that starts servers or waits for them to give something up, on a machine that has much else to do. */
export const slowly = 180_000;

const program = join(repository, 'dist', 'cli', 'main.js');

/** Starts a server process on its first or any later start; it ends with the test. */
export async function serve(options: ServedOptions = {}): Promise<Served> {
  const atEnd: AtEnd = options.atEnd ?? ((close) => onTestFinished(async () => void (await close())));
  const cs = options.installation ?? cli();
  if (options.installation === undefined) atEnd(() => cs.remove());
  const config = join(cs.folder, 'countersign.yaml');
  writeFileSync(config, stringify(options.config ?? {}));
  const env = {
    ...cs.env,
    COUNTERSIGN_CONFIG: config,
    COUNTERSIGN_LISTEN: '127.0.0.1:0',
    ...(options.databaseUrl === undefined ? {} : { COUNTERSIGN_DATABASE_URL: options.databaseUrl }),
    ...options.env,
  };
  if (options.databaseUrl !== undefined && options.installation === undefined) await cs.done(['migrate'], { env });
  const words = [...(options.within ?? []), process.execPath, program, 'serve', '--first-start'];
  // It becomes what it runs, so that a signal reaches the server.
  const child = spawn('/usr/bin/env', words, {
    cwd: cs.folder,
    env,
    stdio: ['ignore', options.log === undefined ? 'pipe' : openSync(options.log, 'a'), 'pipe'],
  });
  const ended = once(child, 'exit');
  const stop = async (signal: NodeJS.Signals = 'SIGTERM') => {
    if (child.exitCode === null && child.signalCode === null) child.kill(signal);
    await ended;
    return child.exitCode;
  };
  atEnd(() => stop('SIGKILL'));
  let output = '';
  for (const stream of [child.stdout, child.stderr])
    stream?.on('data', (bytes: Buffer) => (output += bytes.toString()));
  const printed = () => (options.log === undefined ? output : readFileSync(options.log, 'utf8') + output);
  const started = () => printed().includes('Countersign server started');
  await until(() => started() || child.exitCode !== null || child.signalCode !== null, printed);
  if (!started()) throw new Error(`the server ended (${child.exitCode ?? child.signalCode}): ${printed()}`);
  const url = `http://${/"name":"main","address":"([^"]+)"/.exec(printed())?.[1] ?? ''}`;
  const made = JSON.parse(readFileSync(join(cs.folder, 'bootstrap.json'), 'utf8')) as {
    tenant: string;
    integration: { token: string };
    admin: { login: string; password: string; token: string };
  };

  const call = async (path: string, body?: unknown, { headers, token, method }: CallOptions = {}): Promise<Answer> => {
    const response = await fetch(`${url}${path}`, {
      method: method ?? (body === undefined ? 'GET' : 'POST'),
      headers: {
        Authorization: `Bearer ${token ?? made.integration.token}`,
        'Content-Type': 'application/json',
        ...headers,
      },
      signal: AbortSignal.timeout(patience),
      ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    }).catch(loseUnlessSilent);
    const text = await response.text().catch(loseUnlessSilent);
    return { status: response.status, body: parse(text), headers: response.headers };
  };
  const isReady = async () => (await call('/readyz').catch(() => undefined))?.status === 200;
  return {
    cs,
    child,
    url,
    tenant: made.tenant,
    token: made.integration.token,
    administrator: made.admin,
    output: printed,
    call,
    isReady,
    ready: () => until(isReady, () => `the server does not become ready again: ${printed().slice(-3000)}`),
    stop,
  };
}

/** Silence is no loss but a fault of the server: it has to answer in bounded time. */
function loseUnlessSilent(error: unknown): never {
  if (error instanceof Error && error.name === 'TimeoutError') {
    throw new Error(`no answer within ${patience / 1000} s`, { cause: error });
  }
  throw new Lost('the connection broke', { cause: error });
}

function parse(text: string): Record<string, unknown> {
  try {
    return JSON.parse(text) as Record<string, unknown>;
  } catch {
    return { text };
  }
}

/** Waits for a condition; gives up long after it should have come true. */
export async function until(
  holds: () => boolean | Promise<boolean>,
  otherwise: string | (() => string),
): Promise<void> {
  const end = performance.now() + patience;
  while (!(await holds())) {
    if (performance.now() > end) throw new Error(typeof otherwise === 'string' ? otherwise : otherwise());
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
