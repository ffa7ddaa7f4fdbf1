import { spawnSync } from 'node:child_process';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';

/** A disk that is full when a test says so. */
export interface SmallDisk {
  fill(): void;
  free(): void;
}

export interface SmallDiskOptions {
  /** In MiB; more than what is in the folder at the beginning. */
  size: number;
  /** Who writes there: asked whenever something is to change. */
  writers: () => readonly number[];
}

/**
 * Puts a folder on a disk of its own, a tmpfs with a size. Who is not root, and may not become it, limits the size of the files instead
 * (RLIMIT_FSIZE): no file of the writers can grow then, nor be written at all.
 */
export function smallDisk(folder: string, options: SmallDiskOptions): SmallDisk {
  if (process.getuid?.() === 0) return mounted(folder, options, []);
  return spawnSync('sudo', ['-n', 'true']).status === 0 ? mounted(folder, options, ['sudo', '-n']) : limited(options);
}

function mounted(folder: string, { size }: SmallDiskOptions, asRoot: readonly string[]): SmallDisk {
  const run = (...words: string[]) => {
    const { status, stdout, stderr } = spawnSync('env', [...asRoot, ...words], { encoding: 'utf8' });
    if (status !== 0) throw new Error(`${words.join(' ')} failed: ${stderr}`);
    return stdout.trim();
  };
  const copy = mkdtempSync(join(tmpdir(), 'countersign-disk-'));
  run('cp', '-a', `${folder}/.`, copy);
  const owner = run('stat', '-c', 'mode=%a,uid=%u,gid=%g', folder);
  run('mount', '-t', 'tmpfs', '-o', `size=${size}m,${owner}`, 'tmpfs', folder);
  // Whoever has a file open there keeps it; the folder itself can be removed.
  onTestFinished(() => void run('umount', '--lazy', folder));
  run('cp', '-a', `${copy}/.`, folder);
  run('rm', '-r', copy);
  const ballast = join(folder, 'ballast');
  return {
    // It stops where nothing more fits.
    fill: () => void spawnSync('env', [...asRoot, 'dd', 'if=/dev/zero', `of=${ballast}`, 'bs=4096']),
    free: () => {
      run('rm', ballast);
      run('mount', '-o', `remount,size=${2 * size}m`, folder);
    },
  };
}

function limited({ writers }: SmallDiskOptions): SmallDisk {
  const limit = (bytes: string) => {
    for (const pid of writers()) {
      const { status, stderr } = spawnSync('prlimit', ['--pid', String(pid), `--fsize=${bytes}:`], {
        encoding: 'utf8',
      });
      if (status !== 0) throw new Error(`the size of files cannot be limited: ${stderr}`);
    }
  };
  return { fill: () => limit('1'), free: () => limit('unlimited') };
}
