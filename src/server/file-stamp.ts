import { statSync } from 'node:fs';

/** Changes when a file is written or exchanged; empty while there is none. */
export function fileStamp(path: string): string {
  try {
    const { mtimeMs, size, ino } = statSync(path);
    return `${mtimeMs} ${size} ${ino}`;
  } catch {
    return '';
  }
}
