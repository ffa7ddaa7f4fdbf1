import type { Bench } from '../context.ts';
import { startGenerator } from '../load/generator.ts';
import type { TargetResult } from '../load/slices.ts';
import { median, medianRatio, percent, quantile, show } from '../numbers.ts';
import { table } from '../report/table.ts';
import {
  type Contender,
  countersignPostgres,
  countersignSqlite,
  durablePostgres,
  durableSqlite,
  echoContender,
  names,
  naivePostgres,
} from '../servers/contenders.ts';

/** One server at one number of connections, over all starts. */
export interface VerifyFigures {
  name: string;
  rate: number;
  /** Of the echo's rate, in the same rounds: the median of every start. */
  shares: number[];
  share: number;
  cpu: number;
  /** Of the echo's processor time per request. */
  cpuRatio: number;
  p50: number;
  p99: number;
  generatorCpu: number;
}

export interface VerifyResult {
  /** By number of connections. */
  at: Map<number, VerifyFigures[]>;
}

export async function verifySection(bench: Bench): Promise<VerifyResult> {
  const plans = new Map([[64, bench.rounds]]);
  for (const connections of [1, 8, 256]) plans.set(connections, Math.max(5, Math.ceil(bench.rounds / 3)));
  const measured = new Map<number, TargetResult[][]>();
  for (let start = 1; start <= bench.starts; start++) {
    const contenders = await startAll(bench);
    const generator = startGenerator();
    try {
      for (const [connections, rounds] of plans) {
        bench.progress(`verify: start ${start} of ${bench.starts}, ${connections} connections`);
        const targets = contenders.map(({ target }) => target);
        // What has never run is compiled first: the very first requests of a process tell nothing.
        const warmUp = connections === 64 ? 8 : 1;
        const job = { type: 'slices' as const, targets, connections, rounds, warmUp, sliceMs: bench.sliceMs };
        measured.set(connections, [...(measured.get(connections) ?? []), await generator.run(job)]);
      }
    } finally {
      generator.stop();
      for (const contender of contenders) await contender.stop();
    }
  }
  return { at: new Map([...measured].map(([connections, starts]) => [connections, summarize(starts)])) };
}

async function startAll(bench: Bench): Promise<Contender[]> {
  const contenders = [await echoContender(bench), await echoContender(bench, names.control)];
  if (bench.databases.includes('sqlite')) {
    contenders.push(await durableSqlite(bench), await countersignSqlite(bench));
  }
  if (bench.databases.includes('postgres')) {
    contenders.push(await durablePostgres(bench), await naivePostgres(bench), await countersignPostgres(bench));
  }
  return contenders;
}

export function summarize(starts: readonly TargetResult[][]): VerifyFigures[] {
  const echoes = starts.map((results) => find(results, names.echo));
  return (starts[0] ?? []).map(({ name }) => {
    const results = starts.map((start) => find(start, name));
    const shares = results.map(({ rates }, index) => medianRatio(rates, echoes[index]?.rates ?? []));
    const of = (pick: (result: TargetResult) => number): number => median(results.map(pick));
    return {
      name,
      shares,
      share: median(shares),
      rate: of(({ rates }) => median(rates)),
      cpu: of(({ cpu }) => cpu),
      cpuRatio: medianRatio(
        results.map(({ cpu }) => cpu),
        echoes.map(({ cpu }) => cpu),
      ),
      p50: of(({ latencies }) => quantile(latencies, 0.5)),
      p99: of(({ latencies }) => quantile(latencies, 0.99)),
      generatorCpu: of(({ generatorCpu }) => generatorCpu),
    };
  });
}

function find(results: readonly TargetResult[], name: string): TargetResult {
  const found = results.find((result) => result.name === name);
  if (found === undefined) throw new Error(`${name} was not measured`);
  return found;
}

export function showVerify({ at }: VerifyResult): string {
  return [...at]
    .map(([connections, figures]) => {
      const rows = figures.map((of) => [
        of.name,
        show(of.rate),
        `${percent(of.share)} (${of.shares.map((share) => Math.round(share * 100)).join('/')})`,
        show(of.cpu),
        `${of.cpuRatio.toFixed(2)}×`,
        show(of.p50),
        show(of.p99),
        show(of.generatorCpu),
      ]);
      const heads = [
        'server',
        'req/s',
        'of echo (per start)',
        'CPU µs/req',
        'of echo',
        'p50 ms',
        'p99 ms',
        'generator µs',
      ];
      return `### ${connections} connection${connections === 1 ? '' : 's'}\n\n${table(heads, rows)}`;
    })
    .join('\n');
}

/** Whether the machine was quiet enough: two copies of the same server must come out alike. */
export function controlShare({ at }: VerifyResult): number {
  return at.get(64)?.find(({ name }) => name === names.control)?.share ?? Number.NaN;
}
