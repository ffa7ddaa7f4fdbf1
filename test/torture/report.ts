import type { Counts } from './recorder.ts';
import type { TargetResult } from './run-target.ts';

const columns = [
  'database',
  'nemesis',
  'cycles',
  'calls',
  'accepted',
  'refused',
  'exhausted',
  'unavailable',
  'lost',
  'violations',
];

/** One line for each nemesis, and one for all that was asked of a database. */
export function formatTable(results: readonly TargetResult[]): string {
  const rows = results.flatMap((result) => [
    ...result.nemeses.map(({ nemesis, cycles, counts }) => [
      result.target,
      nemesis,
      String(cycles),
      ...numbers(counts),
      '',
    ]),
    [
      result.target,
      'all',
      String(result.nemeses.reduce((sum, { cycles }) => sum + cycles, 0)),
      ...numbers(result.counts),
      String(result.violations.length),
    ],
  ]);
  const widths = columns.map((title, index) => Math.max(title.length, ...rows.map((row) => row[index]?.length ?? 0)));
  const line = (cells: readonly string[]) =>
    cells
      .map((cell, index) => (index < 2 ? cell.padEnd(widths[index] ?? 0) : cell.padStart(widths[index] ?? 0)))
      .join('  ');
  return [line(columns), ...rows.map(line)].map((text) => text.trimEnd()).join('\n');
}

function numbers({ calls, accepted, refused, exhausted, unavailable, lost }: Readonly<Counts>): string[] {
  return [calls, accepted, refused, exhausted, unavailable, lost].map(String);
}
