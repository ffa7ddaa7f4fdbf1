import { chmodSync, closeSync, fsyncSync, openSync, renameSync } from 'node:fs';
import { dirname } from 'node:path';

/** Gives a file that was written aside its name, for its owner only, and sees to it that a power cut does not undo that. */
export function placeFile(fresh: string, path: string): void {
  chmodSync(fresh, 0o600);
  syncToDisk(fresh);
  renameSync(fresh, path);
  // Windows cannot open a folder, and need not.
  if (process.platform !== 'win32') syncToDisk(dirname(path));
}

function syncToDisk(path: string): void {
  const handle = openSync(path, 'r');
  try {
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
}
