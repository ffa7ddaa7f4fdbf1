import { existsSync, readdirSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** The clock of a server process, which a test can set: libfaketime (Debian: `apt-get install faketime`) reads it from a file. */
export interface SteppedClock {
  /** What the process has to be started with. */
  env: Record<string, string>;
  /** What the process takes for now, in ms since the epoch. */
  now(): number;
  /** Sets the clock to this many ms beside the right time. */
  stepTo(offset: number): void;
}

export const minute = 60_000;
export const hour = 60 * minute;
export const day = 24 * hour;

export function steppedClock(folder: string): SteppedClock {
  const file = join(folder, 'clock');
  let offset = 0;
  const stepTo = (milliseconds: number) => {
    offset = milliseconds;
    // In one piece: the process reads it whenever it looks at its clock.
    writeFileSync(`${file}.new`, `${milliseconds < 0 ? '' : '+'}${milliseconds / 1000}\n`);
    renameSync(`${file}.new`, file);
  };
  stepTo(0);
  return {
    env: {
      LD_PRELOAD: library(),
      FAKETIME_TIMESTAMP_FILE: file,
      FAKETIME_NO_CACHE: '1',
      // Timers go on as on a real machine whose clock is set.
      FAKETIME_DONT_FAKE_MONOTONIC: '1',
      NO_FAKE_STAT: '1',
    },
    now: () => Date.now() + offset,
    stepTo,
  };
}

function library(): string {
  for (const machine of readdirSync('/usr/lib')) {
    const file = join('/usr/lib', machine, 'faketime', 'libfaketime.so.1');
    if (existsSync(file)) return file;
  }
  throw new Error('libfaketime is not installed (package faketime)');
}
