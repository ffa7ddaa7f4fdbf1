import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';

/** An empty folder of this run, on the disk and not in memory. */
export function freshFolder({ scratch }: { scratch: string }, name: string): string {
  const folder = join(scratch, name);
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  return folder;
}
