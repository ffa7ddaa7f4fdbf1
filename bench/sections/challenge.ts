import type { Bench } from '../context.ts';
import { loadSideBySide, withContenders } from '../load/side-by-side.ts';
import { median, medianRatio, show } from '../numbers.ts';
import { judgeGoal, type SectionReport } from '../report/section-report.ts';
import { table } from '../report/table.ts';
import { countersignSqlite, echoContender } from '../servers/contenders.ts';

const paired = 'challenge and answer';

/** What the two requests of a challenge and its answer cost, beside two verifications. */
export async function challengeSection(bench: Bench): Promise<SectionReport> {
  bench.progress('challenge: pairs beside verifications');
  const start = [
    () => echoContender(bench),
    () => countersignSqlite(bench, { name: 'verification' }),
    () => countersignSqlite(bench, { name: paired, workload: 'challenge' as const }),
  ];
  const results = await withContenders(start, (contenders, generator) => loadSideBySide(bench, generator, contenders));
  const [echo, verification, pair] = results;
  if (echo === undefined || verification === undefined || pair === undefined) throw new Error('nothing was measured');
  const rows = results.map(({ name, rates, cpu }) => [
    name,
    show(median(rates)),
    show(cpu),
    `${(cpu / verification.cpu).toFixed(2)}×`,
  ]);
  return {
    title: 'Challenge and answer (SQLite, 64 connections)',
    body:
      `${table(['exchange', 'per second', 'CPU µs', 'of a verification'], rows)}\n` +
      `By time at 64 connections, a pair takes ${(medianRatio(verification.rates, pair.rates) / 2).toFixed(2)}× two verifications.\n`,
    goals: [
      judgeGoal({
        goal: 'Challenge + answer: CPU beside two verifications',
        want: 'at most',
        floor: 1.2,
        moonshot: 1,
        measured: pair.cpu / (2 * verification.cpu),
        show: (figure) => `${figure.toFixed(2)}×`,
      }),
    ],
  };
}
