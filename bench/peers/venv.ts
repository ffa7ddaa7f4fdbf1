import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import type { Bench } from '../context.ts';
import { fillOnce } from '../data/prepared.ts';

/** The programs of a Python environment with these packages, made once. A virtual environment keeps its path, so it is made in place. */
export async function pythonEnvironment(bench: Bench, name: string, packages: readonly string[]): Promise<string> {
  const folder = join(bench.cache, `python-${name}`);
  const programs = join(folder, 'bin');
  await fillOnce(`${folder}.complete`, () => {
    bench.progress(`peers: ${packages.join(', ')} are installed, once …`);
    runOrFail('python3', ['-m', 'venv', '--clear', folder]);
    runOrFail(join(programs, 'pip'), ['install', '--quiet', '--disable-pip-version-check', ...packages]);
  });
  return programs;
}

export function runOrFail(
  program: string,
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): string {
  const settings = { encoding: 'utf8', env: { ...process.env, ...env } } as const;
  const { status, stdout, stderr, error } = spawnSync(program, args, settings);
  if (status !== 0) throw new Error(`${program} ${args.join(' ')} failed: ${error?.message ?? stderr.slice(-2000)}`);
  return stdout;
}

/** How both peers are served: two workers of sixteen threads, and connections that stay open. */
export const gunicornArgs = (port: number): string[] => [
  '--worker-class=gthread',
  '--workers=2',
  '--threads=16',
  '--keep-alive=75',
  '--no-control-socket',
  `--bind=127.0.0.1:${port}`,
];
