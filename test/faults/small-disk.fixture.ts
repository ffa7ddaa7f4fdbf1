import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
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
 * Puts a folder on a disk of its own, a tmpfs with a size. Who is not root and may not mount limits the size of the files instead
 * (RLIMIT_FSIZE): no file of the writers can grow then.
 */
export function smallDisk(folder: string, options: SmallDiskOptions): SmallDisk {
  return process.getuid?.() === 0 ? mounted(folder, options) : limited(options);
}

function mounted(folder: string, { size }: SmallDiskOptions): SmallDisk {
  const copy = mkdtempSync(join(tmpdir(), 'countersign-disk-'));
  run('cp', ['-a', `${folder}/.`, copy]);
  const mode = run('stat', ['-c', 'mode=%a,uid=%u,gid=%g', folder]).trim();
  run('mount', ['-t', 'tmpfs', '-o', `size=${size}m,${mode}`, 'tmpfs', folder]);
  // Whoever has a file open there keeps it; the folder itself can be removed.
  onTestFinished(() => void run('umount', ['--lazy', folder]));
  run('cp', ['-a', `${copy}/.`, folder]);
  rmSync(copy, { recursive: true });
  const ballast = join(folder, 'ballast');
  return {
    // It stops where nothing more fits.
    fill: () => void spawnSync('dd', ['if=/dev/zero', `of=${ballast}`, 'bs=4096', `count=${size * 256}`]),
    free: () => {
      rmSync(ballast);
      run('mount', ['-o', `remount,size=${2 * size}m`, folder]);
    },
  };
}

function limited({ writers }: SmallDiskOptions): SmallDisk {
  const limit = (bytes: string) => {
    for (const pid of writers()) run('prlimit', ['--pid', String(pid), `--fsize=${bytes}:`]);
  };
  return { fill: () => limit('1'), free: () => limit('unlimited') };
}

function run(program: string, words: readonly string[]): string {
  const { status, stdout, stderr } = spawnSync(program, words, { encoding: 'utf8' });
  if (status !== 0) throw new Error(`${program} ${words.join(' ')} failed: ${stderr}`);
  return stdout;
}
