import { readFileSync } from 'node:fs';

/** Megabytes (10^6) of a process that are in memory, now and at their highest (Linux). */
export function residentMemory(pid: number): { now: number; highest: number } {
  const status = readFileSync(`/proc/${pid}/status`, 'latin1');
  const read = (field: string): number => {
    const kibibytes = new RegExp(`^${field}:\\s+(\\d+) kB`, 'm').exec(status)?.[1];
    return (Number(kibibytes) * 1024) / 1_000_000;
  };
  return { now: read('VmRSS'), highest: read('VmHWM') };
}
