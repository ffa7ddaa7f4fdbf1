import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Bench } from '../context.ts';
import { copyFolder, fillOnce } from '../data/prepared.ts';
import { secretOf } from '../load/codes.ts';
import type { Contender } from '../servers/contenders.ts';
import { makeCluster, startCluster } from '../servers/postgres.ts';
import { freePort, type Program, startProgram } from '../servers/program.ts';
import { gunicornArgs, pythonEnvironment, runOrFail } from './venv.ts';

const version = '3.14';
const packages = [`privacyidea==${version}`, 'psycopg2-binary==2.9.13', 'gunicorn==27.0.1'];

/** One token for each connection: codes of HOTP are fresh as often as one likes. */
export const tokens = 16;
export const serialOf = (lane: number): string => `BENCH${lane}`;

/** What its documentation has for production: everything by default, its audit in the database, its log in a file. */
const configuration = `import os
HOME = os.environ['BENCH_HOME']
SUPERUSER_REALM = ['super']
SQLALCHEMY_DATABASE_URI = os.environ['BENCH_DATABASE_URL']
SECRET_KEY = 'only for the bench'
PI_PEPPER = 'only for the bench'
PI_ENCFILE = os.path.join(HOME, 'enckey')
PI_AUDIT_KEY_PRIVATE = os.path.join(HOME, 'private.pem')
PI_AUDIT_KEY_PUBLIC = os.path.join(HOME, 'public.pem')
PI_LOGFILE = os.path.join(HOME, 'privacyidea.log')
`;

function environmentOf(home: string, databaseUrl: string): Record<string, string> {
  return {
    BENCH_HOME: home,
    BENCH_DATABASE_URL: databaseUrl.replace('postgres:', 'postgresql+psycopg2:'),
    PRIVACYIDEA_CONFIGFILE: join(home, 'pi.cfg'),
  };
}

async function serve(programs: string, home: string, databaseUrl: string): Promise<Program> {
  const port = await freePort();
  const app = `privacyidea.app:create_app(config_name='production', config_file='${join(home, 'pi.cfg')}', silent=True)`;
  return startProgram({
    command: join(programs, 'gunicorn'),
    args: [...gunicornArgs(port), app],
    port,
    log: join(home, 'server.log'),
    env: environmentOf(home, databaseUrl),
  });
}

/** A live privacyIDEA on a PostgreSQL of its own. */
export async function privacyIdea(bench: Bench): Promise<Contender> {
  const programs = await pythonEnvironment(bench, 'privacyidea', packages);
  const prepared = join(bench.cache, `privacyidea-${version}`);
  await fillOnce(prepared, (folder) => prepare(bench, programs, folder));
  const folder = join(bench.scratch, 'privacyidea');
  copyFolder(prepared, folder);
  const cluster = await startCluster(folder);
  const program = await serve(programs, join(folder, 'home'), cluster.url);
  await wakeWorkers(program.port);
  return {
    program,
    target: {
      name: `privacyIDEA ${version}`,
      port: program.port,
      token: '',
      workload: 'privacyidea',
      codes: { seed: bench.seed, users: tokens },
      pids: [program.pid, cluster.program.pid],
    },
    stop: async () => {
      await program.stop();
      await cluster.program.stop();
    },
  };
}

/** One after the other: the very first questions to a worker, all at once, are sometimes answered with a fault. */
async function wakeWorkers(port: number): Promise<void> {
  for (let question = 0; question < 12; question++) {
    const body = new URLSearchParams({ serial: 'NOBODY', pass: '000000' });
    await fetch(`http://127.0.0.1:${port}/validate/check`, { method: 'POST', body });
  }
}

async function prepare(bench: Bench, programs: string, folder: string): Promise<void> {
  bench.progress('peers: privacyIDEA gets its tables and tokens, once …');
  const home = join(folder, 'home');
  mkdirSync(home);
  writeFileSync(join(home, 'pi.cfg'), configuration);
  makeCluster(folder);
  const cluster = await startCluster(folder);
  const env = environmentOf(home, cluster.url);
  const manage = (...args: string[]): string => runOrFail(join(programs, 'pi-manage'), args, env);
  manage('setup', 'create_enckey');
  manage('setup', 'create_audit_keys');
  manage('setup', 'create_tables');
  manage('admin', 'add', 'admin', '-p', 'only for the bench');
  const server = await serve(programs, home, cluster.url);
  await addTokens(server.port, bench.seed);
  await server.stop();
  await cluster.program.stop();
}

async function addTokens(port: number, seed: string): Promise<void> {
  const post = async (path: string, form: Record<string, string>, token = ''): Promise<unknown> => {
    const response = await fetch(`http://127.0.0.1:${port}${path}`, {
      method: 'POST',
      headers: { Authorization: token },
      body: new URLSearchParams(form),
    });
    const body: unknown = await response.json();
    if (!response.ok) throw new Error(`privacyIDEA refuses ${path}: ${JSON.stringify(body)}`);
    return body;
  };
  const signedIn = (await post('/auth', { username: 'admin', password: 'only for the bench' })) as {
    result: { value: { token: string } };
  };
  for (let lane = 0; lane < tokens; lane++) {
    const otpkey = secretOf(seed, lane).toString('hex');
    await post(
      '/token/init',
      { type: 'hotp', genkey: '0', otpkey, serial: serialOf(lane) },
      signedIn.result.value.token,
    );
  }
}
