import { join } from 'node:path';
import { freePort, type Program, startProgram } from './program.ts';

export interface CountersignOptions {
  node: string;
  /** `dist/cli/main.js` of the build that is measured. */
  command: string;
  dataDir: string;
  /** Default: the SQLite file in the data folder. */
  databaseUrl?: string;
  nodeArgs?: readonly string[];
  /** Default: nothing is made. */
  firstStart?: boolean;
  /** Further settings, by environment variable. */
  env?: Readonly<Record<string, string>>;
}

export function countersignEnvironment(options: CountersignOptions): Record<string, string> {
  return {
    COUNTERSIGN_DATA_DIR: options.dataDir,
    ...(options.databaseUrl !== undefined && { COUNTERSIGN_DATABASE_URL: options.databaseUrl }),
    ...options.env,
  };
}

/** The server as it is shipped, with every default: policies, budgets, audit, metrics, and the log, which goes to a file. */
export async function startCountersign(options: CountersignOptions): Promise<Program> {
  const port = await freePort();
  const serve = ['serve', ...(options.firstStart === true ? ['--first-start'] : [])];
  return startProgram({
    command: options.node,
    args: [...(options.nodeArgs ?? []), options.command, ...serve],
    port,
    log: join(options.dataDir, 'server.log'),
    env: { ...countersignEnvironment(options), COUNTERSIGN_LISTEN: `127.0.0.1:${port}` },
  });
}
