import { writeFileSync } from 'node:fs';
import { cpus, release, totalmem } from 'node:os';
import type { Bench } from '../context.ts';
import type { SectionReport } from './section-report.ts';
import { table } from './table.ts';

/** The goals of all sections, in the order of their numbers; those without a number last. */
export function showGoals(reports: readonly SectionReport[]): string {
  const goals = reports.flatMap(({ goals }) => goals);
  const place = (goal: string): number => Number(/^\d+/.exec(goal)?.[0] ?? 99);
  const rows = goals
    .toSorted((a, b) => place(a.goal) - place(b.goal))
    .map(({ goal, floor, moonshot, measured, verdict }) => [goal, floor, moonshot, measured, verdict]);
  return table(['goal', 'committed', 'moonshot', 'measured', 'verdict'], rows);
}

/** Everything that the run has found, in one document. */
export function showResults(bench: Bench, reports: readonly SectionReport[], minutes: number): string {
  const invalid = reports.flatMap(({ invalid }) => invalid ?? []);
  const machine = `${cpus().length} × ${cpus()[0]?.model.trim() ?? 'unknown processor'}, ${Math.round(totalmem() / 1e9)} GB, Linux ${release()}`;
  return [
    '# Results of `npm run bench`\n',
    'Written by the run; not edited. What is measured and how is in [docs/performance.md](../docs/performance.md).\n',
    `- date: ${new Date().toISOString().slice(0, 16).replace('T', ' ')} UTC, ${minutes} minutes`,
    `- machine: ${machine}`,
    `- Node ${bench.nodeVersion}, SQLite driver ${bench.driver}`,
    `- ${bench.users} users, seed \`${bench.seed}\`; ${bench.starts} fresh starts of ${bench.rounds} rounds, slices of ${bench.sliceMs} ms`,
    `- run as: \`npm run bench${process.argv.length > 2 ? ` -- ${process.argv.slice(2).join(' ')}` : ''}\`\n`,
    ...invalid.map(
      (reason) => `**This run is not valid: ${reason}.** The machine was not quiet; ratios of rates mean little.\n`,
    ),
    '## Goals\n',
    showGoals(reports),
    'The numbers are those of the plan; number 3 and 5’s second half (RADIUS, and codes lost at `kill -9`) are not measured here.\n',
    ...reports.map(({ title, body }) => `## ${title}\n\n${body}`),
  ].join('\n');
}

export function writeResults(file: string, text: string): void {
  writeFileSync(file, `${text.trimEnd()}\n`);
}
