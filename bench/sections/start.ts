import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { connect } from 'node:net';
import { type Bench, preparedSqlite, programPath } from '../context.ts';
import { copyFolder } from '../data/prepared.ts';
import { median, medianRatio, show } from '../numbers.ts';
import { judgeGoal, type SectionReport } from '../report/section-report.ts';
import { table } from '../report/table.ts';
import { freePort } from '../servers/program.ts';

/** From the start of the process to its first HTTP answer, beside a server of node:http alone. */
export async function startSection(bench: Bench): Promise<SectionReport> {
  const dataDir = join(bench.scratch, 'cold-start');
  copyFolder(await preparedSqlite(bench, 10_000), dataDir);
  const servers = {
    'node:http alone': (port: number) => ({ args: [programPath('servers', 'echo.js'), String(port)], env: {} }),
    Countersign: (port: number) => ({
      args: [bench.command, 'serve'],
      env: { COUNTERSIGN_DATA_DIR: dataDir, COUNTERSIGN_LISTEN: `127.0.0.1:${port}` },
    }),
  };
  const times = new Map<string, number[]>();
  const spawns = bench.quick ? 5 : 11;
  bench.progress(`start: ${spawns} of each`);
  for (let turn = 0; turn <= spawns; turn++) {
    for (const [name, describe] of Object.entries(servers)) {
      const port = await freePort();
      const { args, env } = describe(port);
      const time = await timeToAnswer(bench.node, args, env, port);
      // The first reads the files from the disk.
      if (turn > 0) times.set(name, [...(times.get(name) ?? []), time]);
    }
  }
  const [bare = [], ours = []] = times.values();
  return {
    title: 'Cold start',
    body: table(
      ['server', 'ms to the first answer', 'fastest', 'slowest'],
      [...times].map(([name, of]) => [name, show(median(of)), show(Math.min(...of)), show(Math.max(...of))]),
    ),
    goals: [
      judgeGoal({
        goal: '8. Cold start to the first answer beside node:http alone',
        want: 'at most',
        floor: 1.8,
        moonshot: 1.35,
        measured: medianRatio(ours, bare),
        show: (figure) => `${figure.toFixed(2)}×`,
      }),
    ],
  };
}

async function timeToAnswer(
  node: string,
  args: readonly string[],
  env: Readonly<Record<string, string>>,
  port: number,
): Promise<number> {
  const start = performance.now();
  const child = spawn(node, args, { stdio: 'ignore', env: { PATH: process.env['PATH'], ...env } });
  const ended = new Promise((resolve) => child.once('exit', resolve));
  try {
    while (!(await answersNow(port))) {
      if (child.exitCode !== null || performance.now() - start > 60_000)
        throw new Error(`${args.join(' ')} does not come up`);
      await new Promise((resolve) => {
        setTimeout(resolve, 1);
      });
    }
    return performance.now() - start;
  } finally {
    child.kill('SIGTERM');
    await ended;
  }
}

async function answersNow(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ port, host: '127.0.0.1' }, () => {
      socket.write('GET / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n');
    });
    const tell = (up: boolean): void => {
      socket.destroy();
      resolve(up);
    };
    socket.once('data', () => tell(true));
    socket.once('error', () => tell(false));
    socket.once('close', () => tell(false));
  });
}
