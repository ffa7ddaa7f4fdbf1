import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { stringify } from 'yaml';
import type { Clock } from '../core/clock.ts';
import { bootstrap, type Bootstrapped } from './bootstrap.ts';
import type { BootstrapFile } from './bootstrap-file.ts';
import type { Environment } from './config/environment.ts';
import { resolveConfig } from './config/resolve-config.ts';
import type { ConfigOptions } from './config/schema.ts';
import { createLog } from './log.ts';
import { type RunningServer, startServer } from './start-server.ts';

/** A folder for one test, and how to be rid of it. */
export function temporaryFolder(): { path: string; remove(): void } {
  const path = mkdtempSync(join(tmpdir(), 'countersign-server-'));
  return { path, remove: () => rmSync(path, { recursive: true, force: true }) };
}

export interface TestServerOptions {
  config?: ConfigOptions;
  env?: Environment;
  /** A folder that outlives the server; else a fresh one goes with it. */
  dataDir?: string;
  development?: boolean;
  clock?: Clock;
}

export interface TestServer {
  server: RunningServer;
  bootstrapped: Bootstrapped;
  /** What the first start made. */
  file: BootstrapFile & { demo: NonNullable<BootstrapFile['demo']> };
  dataDir: string;
  /** Everything that was logged. */
  lines: string[];
  /** A request to the native API as the default integration. */
  call: (path: string, body?: unknown) => Promise<{ status: number; body: unknown }>;
  close: () => Promise<void>;
}

/** A real server on loopback with a database in a file, after its first start. */
export async function startTestServer(options: TestServerOptions = {}): Promise<TestServer> {
  const folder = options.dataDir === undefined ? temporaryFolder() : undefined;
  const dataDir = options.dataDir ?? folder?.path ?? '';
  const env = { COUNTERSIGN_DATA_DIR: dataDir, ...options.env };
  const written: ConfigOptions = { listen: '127.0.0.1:0', log: { level: 'debug' }, ...options.config };
  const config = resolveConfig({ file: stringify(written), env, development: options.development ?? true });
  const lines: string[] = [];
  const log = createLog(
    { level: config.log.level, format: 'json' },
    { write: (line: string) => void lines.push(line) },
  );
  const clock = options.clock === undefined ? {} : { clock: options.clock };
  const server = await startServer(config, { log, env, ...clock });
  const bootstrapped = await bootstrap(server, { env, ...clock });
  if (bootstrapped.state === 'put-away') throw new Error('there is no bootstrap.json');
  const { demo, ...rest } = bootstrapped.file;
  if (demo === undefined) throw new Error('there is no demo user');
  const file = { ...rest, demo };
  return {
    server,
    bootstrapped,
    file,
    dataDir,
    lines,
    call: async (path, body) => {
      const response = await fetch(`${server.url}${path}`, {
        method: body === undefined ? 'GET' : 'POST',
        headers: { Authorization: `Bearer ${file.integration.token}`, 'Content-Type': 'application/json' },
        ...(body !== undefined && { body: JSON.stringify(body) }),
      });
      return { status: response.status, body: await response.json() };
    },
    close: async () => {
      await server.close();
      folder?.remove();
    },
  };
}
