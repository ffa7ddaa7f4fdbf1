import { closeSync, fdatasyncSync, openSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import type { Bench } from '../context.ts';
import { loadSideBySide, withContenders } from '../load/side-by-side.ts';
import type { TargetResult } from '../load/slices.ts';
import { median, medianRatio, percent, quantile, show } from '../numbers.ts';
import { type Goal, judgeGoal, type SectionReport } from '../report/section-report.ts';
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
interface Figures {
  name: string;
  rate: number;
  /** Of the echo's rate, in the same rounds: the median of every start. */
  shares: number[];
  share: number;
  /** Microseconds of processor per request, of all processes and threads. */
  cpu: number;
  cpuRatio: number;
  p50: number;
  p99: number;
  generatorCpu: number;
}

/** Full verifications beside the floors: rates, processor time and waiting. */
export async function verifySection(bench: Bench): Promise<SectionReport> {
  const plans = new Map([[64, bench.rounds]]);
  for (const connections of [1, 8, 256]) plans.set(connections, Math.max(5, Math.ceil(bench.rounds / 3)));
  const measured = new Map<number, TargetResult[][]>();
  const syncs: number[] = [];
  for (let start = 1; start <= bench.starts; start++) {
    await withContenders(contendersOf(bench), async (contenders, generator) => {
      for (const [connections, rounds] of plans) {
        bench.progress(`verify: start ${start} of ${bench.starts}, ${connections} connections`);
        // The others are warm from the first.
        const settled = connections === 64 ? {} : { warmUp: connections };
        const results = await loadSideBySide(bench, generator, contenders, { connections, rounds, ...settled });
        measured.set(connections, [...(measured.get(connections) ?? []), results]);
        if (connections === 1) syncs.push(timeOfSync(bench));
      }
    });
  }
  const at = new Map([...measured].map(([connections, starts]) => [connections, summarize(starts)]));
  const control = at.get(64)?.find(({ name }) => name === names.control)?.share ?? Number.NaN;
  return {
    title: 'Verifications',
    body: [...at].map(([connections, figures]) => showFigures(connections, figures)).join('\n'),
    goals: goalsOf(at, median(syncs)),
    ...((control < 0.9 || control > 1.1) && {
      invalid: `the second copy of the echo came out at ${percent(control)} of the first`,
    }),
  };
}

function contendersOf(bench: Bench): (() => Promise<Contender>)[] {
  const start = [() => echoContender(bench), () => echoContender(bench, names.control)];
  if (bench.databases.includes('sqlite'))
    start.push(
      () => durableSqlite(bench),
      () => countersignSqlite(bench),
    );
  if (bench.databases.includes('postgres')) {
    start.push(
      () => durablePostgres(bench),
      () => naivePostgres(bench),
      () => countersignPostgres(bench),
    );
  }
  return start;
}

function summarize(starts: readonly TargetResult[][]): Figures[] {
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

/** Milliseconds of one fdatasync of 4 KiB at the end of a file, in the middle of 200. */
function timeOfSync(bench: Bench): number {
  const file = openSync(join(bench.scratch, 'sync'), 'a');
  const block = Buffer.alloc(4096, 1);
  const times = Array.from({ length: 200 }, () => {
    writeSync(file, block);
    const start = performance.now();
    fdatasyncSync(file);
    return performance.now() - start;
  });
  closeSync(file);
  return median(times);
}

function showFigures(connections: number, figures: readonly Figures[]): string {
  const heads = ['server', 'req/s', 'of echo (starts)', 'CPU µs/req', 'of echo', 'p50 ms', 'p99 ms', 'generator µs'];
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
  return `### ${connections} connection${connections === 1 ? '' : 's'}\n\n${table(heads, rows)}`;
}

function goalsOf(at: ReadonlyMap<number, readonly Figures[]>, sync: number): Goal[] {
  const figure = (connections: number, name: string, pick: (figures: Figures) => number): number => {
    const found = at.get(connections)?.find((figures) => figures.name === name);
    return found === undefined ? Number.NaN : pick(found);
  };
  const share = (name: string): number => figure(64, name, (of) => of.share);
  const p99 = figure(64, names.countersignSqlite, (of) => of.p99) / figure(64, names.echo, (of) => of.p99);
  const alone = figure(1, names.countersignSqlite, (of) => of.p50);
  const aloneBound = figure(1, names.echo, (of) => of.p50) + 2 * sync;
  const times = (figure: number): string => `${figure.toFixed(2)}×`;
  const ms = (figure: number): string => `${figure.toFixed(2)} ms`;
  return [
    judgeGoal({
      goal: '1. SQLite, 64 connections: share of the bare echo’s req/s',
      want: 'at least',
      floor: 0.5,
      moonshot: 0.65,
      measured: share(names.countersignSqlite),
      show: percent,
    }),
    judgeGoal({
      goal: '2. PostgreSQL, 64 connections: share of the bare echo’s req/s',
      want: 'at least',
      floor: 0.28,
      moonshot: 0.4,
      measured: share(names.countersignPostgres),
      show: percent,
    }),
    judgeGoal({
      goal: '2. PostgreSQL: req/s beside the server with statements per request',
      want: 'at least',
      floor: 2.5,
      moonshot: 2.5,
      measured: share(names.countersignPostgres) / share(names.naivePostgres),
      show: times,
    }),
    judgeGoal({
      goal: '6. SQLite, 64 connections: p99 beside the echo’s',
      want: 'at most',
      floor: 2.5,
      moonshot: 1.7,
      measured: p99,
      show: times,
    }),
    judgeGoal({
      goal: '6. SQLite, one connection: p50, beside echo’s p50 + 2 × fdatasync’s p50',
      want: 'at most',
      floor: aloneBound,
      moonshot: aloneBound,
      measured: alone,
      show: ms,
    }),
  ];
}
