import { execFile } from 'node:child_process';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import {
  type DatabaseServer,
  idsOf,
  postgresPrograms,
  type ServerOptions,
  servePostgres,
  startPostgres,
  temporaryFolder,
} from './servers.fixture.ts';

const run = promisify(execFile);
const standbyName = 'standby';

/** Two PostgreSQL servers: what one commits, it commits when the other has it. Either can be the primary. */
export interface StandbyPair {
  /** Of the primary of the moment. */
  primary(): DatabaseServer;
  /** The primary is killed and the standby takes its place, which then waits for nobody. */
  promote(): Promise<DatabaseServer>;
  /** Makes a standby anew from the primary, and has the primary wait for it again. */
  rebuild(): Promise<void>;
  stop(): Promise<void>;
}

type StandbyOptions = Pick<ServerOptions, 'durable' | 'ownGroup'>;

export async function startStandbyPair(options: StandbyOptions = {}): Promise<StandbyPair> {
  let primary = await startPostgres({ ...options, settings: ['hot_standby=on', 'max_wal_senders=10'] });
  let standby: DatabaseServer | undefined;

  const ask = async (server: DatabaseServer, query: string): Promise<string> => {
    const asked = ['-X', '-q', '-A', '-t', '-d', server.url, '-c', query];
    const { stdout } = await run(join(postgresPrograms(), 'psql'), asked, { timeout: 30_000 });
    return stdout.trim();
  };
  const waitFor = async (server: DatabaseServer, query: string, wanted: string): Promise<void> => {
    for (let turn = 0; turn < 1200; turn++) {
      const found = await ask(server, query).catch(() => '');
      if (found === wanted) return;
      await new Promise((resolve) => setTimeout(resolve, 25));
    }
    throw new Error(`${query} does not become ${wanted}`);
  };
  const waitForStandby = async (name: string): Promise<void> => {
    await ask(primary, `alter system set synchronous_standby_names = '${name}'`);
    await ask(primary, 'select pg_reload_conf()');
    await waitFor(primary, 'show synchronous_standby_names', name);
  };

  const pair: StandbyPair = {
    primary: () => primary,
    promote: async () => {
      const next = standby;
      if (next === undefined) throw new Error('there is no standby');
      standby = undefined;
      await primary.kill();
      await ask(next, 'select pg_promote(true, 60)');
      await waitFor(next, 'select pg_is_in_recovery()', 'f');
      const before = primary;
      primary = next;
      await waitForStandby('');
      await before.stop();
      return primary;
    },
    rebuild: async () => {
      standby = await startStandby(primary, options);
      await waitFor(primary, 'select state from pg_stat_replication', 'streaming');
      await waitForStandby(standbyName);
      await waitFor(primary, 'select sync_state from pg_stat_replication', 'sync');
    },
    stop: async () => {
      await standby?.stop();
      await primary.stop();
    },
  };
  try {
    await pair.rebuild();
    return pair;
  } catch (error) {
    await pair.stop();
    throw error;
  }
}

/** A copy of a running server that follows it. */
async function startStandby(primary: DatabaseServer, options: StandbyOptions): Promise<DatabaseServer> {
  const programs = postgresPrograms();
  const folder = temporaryFolder('postgres');
  const data = join(folder, 'data');
  try {
    const copy = ['-h', '127.0.0.1', '-p', String(primary.port), '-U', 'postgres', '-D', data];
    const asPostgres = { ...idsOf('postgres'), cwd: '/' };
    await run(join(programs, 'pg_basebackup'), [...copy, '-R', '-X', 'stream', '-c', 'fast', '--no-sync'], asPostgres);
  } catch (error) {
    rmSync(folder, { recursive: true, force: true });
    throw error;
  }
  // What it calls itself where it follows.
  const settings = ['max_wal_senders=10', 'hot_standby=on', `cluster_name=${standbyName}`];
  return servePostgres(folder, settings, options);
}
