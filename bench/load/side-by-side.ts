import type { Bench } from '../context.ts';
import type { Contender } from '../servers/contenders.ts';
import { type Generator, startGenerator } from './generator.ts';
import type { TargetResult } from './slices.ts';

export interface SideBySideOptions {
  connections?: number;
  rounds?: number;
  /** Exchanges with every server that do not count. */
  warmUp?: number;
}

/** Loads the servers in rotating slices. */
export function loadSideBySide(
  bench: Bench,
  generator: Generator,
  contenders: readonly Contender[],
  { connections = 64, rounds = bench.rounds, warmUp = bench.quick ? 4000 : 8000 }: SideBySideOptions = {},
): Promise<TargetResult[]> {
  const targets = contenders.map(({ target }) => target);
  return generator.run('slices', { targets, connections, rounds, warmUp, sliceMs: bench.sliceMs });
}

/** Starts servers, gives them with a load generator to `measure`, and ends everything. */
export async function withContenders<Result>(
  start: readonly (() => Promise<Contender>)[],
  measure: (contenders: Contender[], generator: Generator) => Promise<Result>,
): Promise<Result> {
  const contenders: Contender[] = [];
  const generator = startGenerator();
  try {
    for (const one of start) contenders.push(await one());
    return await measure(contenders, generator);
  } finally {
    generator.stop();
    for (const contender of contenders) await contender.stop();
  }
}
