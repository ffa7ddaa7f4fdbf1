import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type HttpCaller, httpCaller } from './http-caller.ts';
import { historyTime } from './recorder.ts';
import { window } from './soft-device.ts';

export interface ServerPlace {
  name: string;
  /** Of its own; what it says is kept there too. */
  folder: string;
  port: number;
  databaseUrl: string;
  keyFile: string;
  /** Told when the process ends though nobody has ended it. */
  onCrash(what: string): void;
}

/** A server process that is started again whenever it ends, as a service is. */
export interface CountersignServer {
  name: string;
  caller: HttpCaller;
  kill(): Promise<void>;
  /** Starts it, without waiting until it serves. */
  start(): void;
  /** Resolves when it serves, its database included. */
  ready(): Promise<void>;
  /** The end of what it has said since it was started. */
  output(): string;
  /** Lets it finish, in good order. */
  stop(): Promise<void>;
}

/** How long a server may take to serve again, in ms. */
const patience = 120_000;
const program = join(process.cwd(), 'dist', 'cli', 'main.js');

export function countersignServer(place: ServerPlace): CountersignServer {
  mkdirSync(place.folder, { recursive: true, mode: 0o700 });
  const configFile = join(place.folder, 'config.yaml');
  const config = {
    dataDir: place.folder,
    listen: `127.0.0.1:${place.port}`,
    database: { url: place.databaseUrl },
    keys: { file: place.keyFile },
    kinds: {
      totp: { back: window.back, ahead: window.ahead, learnDrift: false },
      hotp: { lookAhead: window.lookAhead },
    },
    log: { level: 'warn' },
    metrics: { enabled: false },
  };
  // JSON is YAML.
  writeFileSync(configFile, JSON.stringify(config));
  const caller = httpCaller(place.name, place.port);
  let child: ChildProcess | undefined;
  let wanted = false;
  let output = '';

  function start(): void {
    wanted = true;
    output = '';
    let served = false;
    const env = { PATH: process.env['PATH'] ?? '', HOME: place.folder, COUNTERSIGN_CONFIG: configFile };
    const started = spawn(process.execPath, [program, 'serve'], {
      cwd: place.folder,
      env,
      stdio: ['ignore', 'pipe', 'pipe'],
      // Ctrl+C at the terminal ends the torture in good order, not the servers under it.
      detached: true,
    });
    child = started;
    for (const stream of [started.stdout, started.stderr]) {
      stream.on('data', (text: Buffer) => {
        output = (output + text.toString()).slice(-4000);
        served ||= output.includes('server started');
      });
    }
    started.once('close', (code, signal) => {
      if (child !== started || !wanted || signal === 'SIGKILL') return;
      // One that never served has not found its database, and tries again.
      if (served && code !== 0) place.onCrash(`${place.name} ended with ${code ?? signal}: ${output}`);
      setTimeout(() => child === started && wanted && start(), 100);
    });
  }

  async function end(signal: NodeJS.Signals): Promise<void> {
    wanted = false;
    const running = child;
    if (running === undefined || running.exitCode !== null || running.signalCode !== null) return;
    const ended = once(running, 'close');
    running.kill(signal);
    await ended;
  }

  return {
    name: place.name,
    caller,
    start,
    output: () => output,
    kill: () => end('SIGKILL'),
    stop: async () => {
      await end('SIGTERM');
      caller.close();
    },
    ready: async () => {
      const end = historyTime() + patience;
      while (historyTime() < end) {
        const reply = await caller.get('/readyz');
        if (reply?.status === 200) return;
        await sleep(25);
      }
      throw new Error(`${place.name} does not come back`);
    },
  };
}
