import type { Bench } from '../context.ts';
import { loadSideBySide, withContenders } from '../load/side-by-side.ts';
import type { TargetResult } from '../load/slices.ts';
import { median, medianRatio, quantile, show } from '../numbers.ts';
import { flaskStandIn } from '../peers/flask-stand-in.ts';
import { privacyIdea, tokens } from '../peers/privacyidea.ts';
import { type Goal, judgeGoal, type SectionReport } from '../report/section-report.ts';
import { table } from '../report/table.ts';
import { countersignPostgres, countersignSqlite, names } from '../servers/contenders.ts';

/** What others take for the same: a stand-in of the usual Python kind, and a live privacyIDEA, both on PostgreSQL. */
export async function peersSection(bench: Bench): Promise<SectionReport> {
  const start = [
    () => countersignSqlite(bench),
    () => countersignPostgres(bench),
    () => flaskStandIn(bench),
    () => privacyIdea(bench),
  ];
  const results = await withContenders(start, async (contenders, generator) => {
    bench.progress(`peers: side by side, ${tokens} connections`);
    const rounds = bench.quick ? 4 : Math.max(5, Math.ceil(bench.rounds / 2));
    return loadSideBySide(bench, generator, contenders, { connections: tokens, rounds });
  });
  const [sqlite, postgres, flask, idea] = results;
  if (sqlite === undefined || postgres === undefined || flask === undefined || idea === undefined)
    throw new Error('nothing was measured');
  return {
    title: `Peers (${tokens} connections)`,
    body: `${table(
      ['server', 'req/s', 'CPU µs/req', `of ${names.countersignSqlite}`, `of ${names.countersignPostgres}`, 'p99 ms'],
      results.map(({ name, rates, cpu, latencies }) => [
        name,
        show(median(rates)),
        show(cpu),
        times(cpu / sqlite.cpu),
        times(cpu / postgres.cpu),
        show(quantile(latencies, 0.99)),
      ]),
    )}
Both peers run on gunicorn, two workers of sixteen threads, each on a PostgreSQL of its own that waits for the disk; the time of its backends
is in. The stand-in judges a TOTP code with one guarded UPDATE and an audit row; it has no policies, budgets, sealed secrets, metrics or log.
privacyIDEA is asked \`POST /validate/check\` with a serial and a fresh HOTP code, which spares it the search for the user.

Adjure itself is not on PyPI, so there is no live figure of it; the stand-in takes its place.
`,
    goals: goalsOf({ sqlite, postgres, flask, idea }),
  };
}

const times = (figure: number): string => `${show(figure)}×`;

function goalsOf({
  sqlite,
  postgres,
  flask,
  idea,
}: Record<'sqlite' | 'postgres' | 'flask' | 'idea', TargetResult>): Goal[] {
  return [
    judgeGoal({
      goal: '10. req/s on SQLite beside Flask + SQLAlchemy + PostgreSQL',
      want: 'at least',
      floor: 20,
      moonshot: 35,
      measured: medianRatio(sqlite.rates, flask.rates),
      show: times,
    }),
    judgeGoal({
      goal: 'CPU of the Flask stand-in beside ours, both on PostgreSQL (in place of a live Adjure)',
      want: 'at least',
      floor: 20,
      moonshot: 30,
      measured: flask.cpu / postgres.cpu,
      show: times,
    }),
    judgeGoal({
      goal: 'CPU of a live privacyIDEA beside ours on SQLite',
      want: 'at least',
      floor: 500,
      moonshot: 1000,
      measured: idea.cpu / sqlite.cpu,
      show: times,
    }),
    judgeGoal({
      goal: 'CPU of a live privacyIDEA beside ours, both on PostgreSQL',
      want: 'at least',
      floor: 500,
      moonshot: 1000,
      measured: idea.cpu / postgres.cpu,
      show: times,
    }),
  ];
}
