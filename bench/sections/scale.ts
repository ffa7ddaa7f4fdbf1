import type { Bench } from '../context.ts';
import { loadSideBySide, withContenders } from '../load/side-by-side.ts';
import { median, medianRatio, quantile, show } from '../numbers.ts';
import { judgeGoal, type SectionReport } from '../report/section-report.ts';
import { table } from '../report/table.ts';
import { type Contender, countersignPostgres, countersignSqlite } from '../servers/contenders.ts';
import { residentMemory } from '../servers/resident-memory.ts';

const few = 10_000;

/** What a verification costs with many users beside few, in one run. */
export async function scaleSection(bench: Bench): Promise<SectionReport> {
  const many = bench.large ? 1_000_000 : bench.users;
  const start: (() => Promise<Contender>)[] = [];
  for (const users of [few, many]) {
    const name = (database: string): string => `${database}, ${users} users`;
    if (bench.databases.includes('sqlite')) start.push(() => countersignSqlite(bench, { name: name('SQLite'), users }));
    // Enrolling a million in PostgreSQL takes longer than everything else together.
    if (bench.databases.includes('postgres') && !bench.large)
      start.push(() => countersignPostgres(bench, { name: name('PostgreSQL'), users }));
  }
  const { results, memory } = await withContenders(start, async (contenders, generator) => {
    bench.progress(`scale: ${few} and ${many} users side by side`);
    const results = await loadSideBySide(bench, generator, contenders);
    return { results, memory: contenders.map(({ program }) => residentMemory(program.pid).now) };
  });
  const rows = results.map(({ name, rates, cpu, latencies }, index) => [
    name,
    show(median(rates)),
    show(cpu),
    show(quantile(latencies, 0.99)),
    show(memory[index] ?? Number.NaN),
  ]);
  const of = (users: number) => {
    const index = results.findIndex(({ name }) => name === `SQLite, ${users} users`);
    return { result: results[index], memory: memory[index] ?? Number.NaN };
  };
  const [small, large] = [of(few), of(many)];
  const ratio = (pick: (result: { cpu: number; latencies: number[] }) => number): number =>
    small.result === undefined || large.result === undefined ? Number.NaN : pick(large.result) / pick(small.result);
  const full = many === 1_000_000;
  const times = (figure: number): string => `${figure.toFixed(2)}×`;
  const measured = (figure: number): number => (full ? figure : Number.NaN);
  return {
    title: 'Scale',
    body:
      table(['server', 'req/s', 'CPU µs/req', 'p99 ms', 'resident MB afterwards'], rows) +
      (full ? '' : `\nWithout \`--large\`, ${many} users stand in for 10^6; the goal is not judged.\n`) +
      `\nCPU on SQLite with ${many} users: ${times(ratio(({ cpu }) => cpu))} of that with ${few}; ` +
      `req/s ${times(medianRatio(large.result?.rates ?? [], small.result?.rates ?? []))}.\n`,
    goals: [
      judgeGoal({
        goal: '4. SQLite: CPU per verification at 10^6 devices beside 10^4',
        want: 'at most',
        floor: 1.15,
        moonshot: 1.05,
        measured: measured(ratio(({ cpu }) => cpu)),
        show: times,
      }),
      judgeGoal({
        goal: '4. SQLite: p99 at 10^6 devices beside 10^4',
        want: 'at most',
        floor: 1.5,
        moonshot: 1.5,
        measured: measured(ratio(({ latencies }) => quantile(latencies, 0.99))),
        show: times,
      }),
      judgeGoal({
        goal: '7. Resident memory at 10^6 devices',
        want: 'at most',
        floor: 220,
        moonshot: 165,
        measured: measured(large.memory),
        show: (figure) => `${Math.round(figure)} MB`,
      }),
    ],
  };
}
