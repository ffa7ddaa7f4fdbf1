import { readdirSync, readFileSync } from 'node:fs';

/** Nanoseconds that all threads of a process have been on a processor, as the scheduler counts them (Linux). */
function timeOfThreads(pid: number): number {
  let total = 0;
  for (const thread of readdirSync(`/proc/${pid}/task`)) {
    try {
      const [onCpu = '0'] = readFileSync(`/proc/${pid}/task/${thread}/schedstat`, 'latin1').split(' ');
      total += Number(onCpu);
    } catch {
      // The thread ended between the two looks.
    }
  }
  return total;
}

/** The processes that these have started, and those again. */
export function withChildren(pids: readonly number[]): number[] {
  const found = new Set(pids);
  const parents = new Map<number, number>();
  for (const name of readdirSync('/proc')) {
    if (!/^\d+$/.test(name)) continue;
    try {
      const stat = readFileSync(`/proc/${name}/stat`, 'latin1');
      // The name of the program stands in brackets and may hold anything; behind it come the state and the parent.
      parents.set(Number(name), Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]));
    } catch {
      // It ended between the two looks.
    }
  }
  for (let before = 0; before !== found.size;) {
    before = found.size;
    for (const [pid, parent] of parents) if (found.has(parent)) found.add(pid);
  }
  return [...found];
}

/**
 * Microseconds of processor that these processes and all that they have started took since the meter was made: the backends of a database
 * belong to its server. A process that has ended counts with what it had at the reading before, so read often.
 */
export function cpuMeter(pids: readonly number[]): () => number {
  const before = new Map<number, number>();
  const latest = new Map<number, number>();
  const look = (): void => {
    for (const pid of withChildren(pids)) {
      try {
        latest.set(pid, timeOfThreads(pid));
      } catch {
        // The process ended between the two looks.
      }
    }
  };
  look();
  for (const [pid, time] of latest) before.set(pid, time);
  return () => {
    look();
    let total = 0;
    for (const [pid, time] of latest) total += time - (before.get(pid) ?? 0);
    return total / 1000;
  };
}
