// Long runs of crashes and races against real servers, whose history is checked: docs/torture.md.
import { join } from 'node:path';
import { inspect } from 'node:util';
import { checkKept, keepHistory, readKept } from './kept-history.ts';
import { parseOptions, type TortureOptions, usage } from './options.ts';
import { formatTable } from './report.ts';
import { runTarget, type TargetResult } from './run-target.ts';

const say = (text: string): void => void process.stdout.write(`${text}\n`);

async function main(): Promise<void> {
  const options = parseOptions(process.argv.slice(2));
  if (options.help) return say(usage);
  if (options.check !== undefined) return checkFile(options.check);
  const stop = new AbortController();
  process.once('SIGINT', () => {
    say('\nEnding in good order; a second time ends at once.');
    stop.abort();
    process.once('SIGINT', () => process.exit(130));
  });
  say(`seed ${options.seed}`);
  const results: TargetResult[] = [];
  for (const target of options.on) {
    if (stop.signal.aborted) break;
    const result = await runTarget({ ...options, target, signal: stop.signal, onProgress: showProgress });
    showProgress(undefined);
    results.push(result);
    await conclude(options, result);
  }
  say(`\n${formatTable(results)}\n`);
  const wrong = results.some(({ violations, surprises }) => violations.length + surprises.length > 0);
  say(`seed ${options.seed}: ${wrong ? 'WRONG, see above' : 'no violation'}`);
  if (wrong) process.exitCode = 1;
}

async function checkFile(file: string): Promise<void> {
  const kept = await readKept(file);
  const violations = checkKept(kept);
  for (const { invariant, what } of violations) say(`${invariant}: ${what}`);
  say(`${kept.history.length} events, ${kept.trail.length} rows: ${violations.length} violations`);
  if (violations.length > 0) process.exitCode = 1;
}

/** Says what is wrong, and keeps the history then, or where that is wanted. */
async function conclude(
  options: TortureOptions,
  { target, kept, violations, surprises, verdict }: TargetResult,
): Promise<void> {
  for (const { invariant, what } of violations.slice(0, 10)) say(`${target} ${invariant}: ${what.slice(0, 2000)}`);
  for (const surprise of surprises.slice(0, 10)) say(`${target}: ${surprise.slice(0, 1000)}`);
  if (!kept.run.trailIntact) say(`${target}: ${verdict}`);
  const isWrong = violations.length + surprises.length > 0;
  if (!isWrong && options.keep === undefined) return;
  const folder = options.keep ?? join('.cache', 'torture', String(options.seed));
  const file = join(folder, target, 'history.jsonl');
  await keepHistory(file, kept, [...violations, ...surprises]);
  say(`${target}: the history is kept in ${file}`);
}

const showProgress: Parameters<typeof runTarget>[0]['onProgress'] & ((nothing: undefined) => void) = (progress?: {
  target: string;
  nemesis: string;
  cycles: number;
  counts: { calls: number; accepted: number };
}): void => {
  if (!process.stdout.isTTY) return;
  const text =
    progress === undefined
      ? ''
      : `${progress.target}: ${progress.cycles} cycles, ${progress.counts.calls} calls, ${progress.counts.accepted} accepted, ${progress.nemesis} …`;
  process.stdout.write(`\r\u001B[K${text}`);
};

await main().catch((error: unknown) => {
  // With the cause and whatever else the error knows.
  process.stderr.write(`${inspect(error)}\n`);
  process.exitCode = 1;
});
