import { join } from 'node:path';
import type { Bench } from '../context.ts';
import { programPath } from '../context.ts';
import { freePort, type Program, startProgram } from './program.ts';

async function startFloor(bench: Bench, name: string, program: string, args: readonly string[]): Promise<Program> {
  const port = await freePort();
  return startProgram({
    command: bench.node,
    args: [programPath('servers', program), String(port), ...args],
    port,
    log: join(bench.scratch, `${name.replaceAll(/\W+/g, '-')}.log`),
  });
}

export function startEcho(bench: Bench, name = 'echo'): Promise<Program> {
  return startFloor(bench, name, 'echo.js', []);
}

export function startDurableEchoSqlite(bench: Bench, file: string): Promise<Program> {
  return startFloor(bench, 'durable-echo-sqlite', 'durable-echo-sqlite.js', [file, String(bench.users)]);
}
