import type { Bench } from '../context.ts';
import type { OpenLoopResult } from '../load/open-loop.ts';
import { loadSideBySide, withContenders } from '../load/side-by-side.ts';
import { median, percent, quantile, show } from '../numbers.ts';
import { judgeGoal, type SectionReport } from '../report/section-report.ts';
import { table } from '../report/table.ts';
import { countersignSqlite } from '../servers/contenders.ts';

const times = 3;
const connections = 2000;

/** What is still accepted when three times as many ask as can be answered, and what becomes of the others. */
export async function overloadSection(bench: Bench): Promise<SectionReport> {
  const seconds = bench.quick ? 3 : 6;
  const { peak, result } = await withContenders([() => countersignSqlite(bench)], async (contenders, generator) => {
    const [contender] = contenders;
    if (contender === undefined) throw new Error('nothing was started');
    bench.progress('overload: the peak, with 64 connections');
    const measurePeak = async (): Promise<number> => {
      const [closed] = await loadSideBySide(bench, generator, contenders);
      return median(closed?.rates ?? []);
    };
    let peak = Math.max(await measurePeak(), await measurePeak());
    for (let attempt = 1; ; attempt++) {
      const rate = peak * times;
      bench.progress(`overload: ${Math.round(rate)} questions a second for ${seconds} s`);
      const result = await generator.run('openLoop', { target: contender.target, rate, seconds, connections });
      // The machine may have been slower before: what was meant for an overload must be one.
      peak = Math.max(peak, await measurePeak());
      if (rate >= peak * (times - 0.5) || attempt === 3) return { peak, result };
    }
  });
  const goodput = result.accepted / result.seconds;
  return {
    title: `Overload (SQLite, ${times}× the peak, up to ${connections} connections)`,
    body: `${showOverload(peak, goodput, result)}\nThe load generator takes processor time from the server where both share two of them.\n`,
    goals: [
      judgeGoal({
        goal: `Goodput at ${times}× overload, of the peak`,
        want: 'at least',
        floor: 0.8,
        moonshot: 0.95,
        measured: goodput / peak,
        show: percent,
      }),
    ],
  };
}

function showOverload(peak: number, goodput: number, result: OpenLoopResult): string {
  const of = (count: number): string =>
    `${count.toLocaleString('en')} (${percent(count / (result.asked + result.notAsked))})`;
  return table(
    ['what', 'figure'],
    [
      ['peak, 64 connections in a closed loop', `${show(peak)} per second`],
      ['accepted', `${of(result.accepted)}, ${show(goodput)} per second`],
      ['refused with 503 and Retry-After', of(result.refused)],
      ['not asked: every connection was waiting', of(result.notAsked)],
      [
        'p50 and p99 of the accepted',
        `${show(quantile(result.latencies, 0.5))} ms, ${show(quantile(result.latencies, 0.99))} ms`,
      ],
    ],
  );
}
