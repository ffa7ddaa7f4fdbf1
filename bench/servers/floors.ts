import { join } from 'node:path';
import { type Bench, programPath } from '../context.ts';
import { freePort, type Program, startProgram } from './program.ts';

export type FloorProgram = 'echo' | 'durable-echo-sqlite' | 'durable-echo-postgres' | 'statements-per-request';

/** Starts one of the small servers that ours is measured against, on the same Node. */
export async function startFloor(bench: Bench, floor: FloorProgram, ...args: readonly string[]): Promise<Program> {
  const port = await freePort();
  return startProgram({
    command: bench.node,
    args: [programPath('servers', `${floor}.js`), String(port), ...args],
    port,
    log: join(bench.scratch, `${floor}.log`),
  });
}
