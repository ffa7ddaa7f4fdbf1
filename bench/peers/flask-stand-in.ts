import { join } from 'node:path';
import type { Bench } from '../context.ts';
import { secretOf } from '../load/codes.ts';
import type { Contender } from '../servers/contenders.ts';
import { openFloor } from '../servers/floor-postgres.ts';
import { freshFolder } from '../servers/fresh-folder.ts';
import { makeCluster, startCluster } from '../servers/postgres.ts';
import { freePort, startProgram } from '../servers/program.ts';
import { gunicornArgs, pythonEnvironment } from './venv.ts';

const packages = ['flask==3.1.3', 'sqlalchemy==2.1.9', 'psycopg2-binary==2.9.13', 'gunicorn==27.0.1'];

/** The stand-in of flask_verify.py on a PostgreSQL of its own. */
export async function flaskStandIn(bench: Bench): Promise<Contender> {
  const programs = await pythonEnvironment(bench, 'flask', packages);
  const folder = freshFolder(bench, 'flask');
  makeCluster(folder);
  const cluster = await startCluster(folder);
  const pool = await openFloor(cluster.url, bench.users, (user) => secretOf(bench.seed, user).toString('hex'));
  await pool.end();
  const port = await freePort();
  const program = await startProgram({
    command: join(programs, 'gunicorn'),
    args: [...gunicornArgs(port), '--chdir', join('bench', 'peers'), 'flask_verify:app'],
    port,
    log: join(folder, 'flask.log'),
    env: { BENCH_DATABASE_URL: cluster.url.replace('postgres:', 'postgresql+psycopg2:'), PYTHONDONTWRITEBYTECODE: '1' },
  });
  return {
    program,
    target: {
      name: 'Flask + SQLAlchemy + PostgreSQL',
      port,
      token: 'x'.repeat(47),
      workload: 'verify',
      codes: { seed: bench.seed, users: bench.users },
      pids: [program.pid, cluster.program.pid],
    },
    stop: async () => {
      await program.stop();
      await cluster.program.stop();
    },
  };
}
