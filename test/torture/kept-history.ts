import { createReadStream, createWriteStream, mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { pipeline } from 'node:stream/promises';
import { checkHistory } from '../history/check-history.ts';
import type { Evidence, HistoryEvent, TrailRow, Violation } from '../history/history.ts';

/** Everything that a run leaves to be checked, now or later. */
export interface KeptHistory {
  run: RunLine;
  history: readonly HistoryEvent[];
  trail: readonly TrailRow[];
}

/** The first line of a kept history: what the others do not say. */
export interface RunLine {
  event: 'run';
  target: string;
  seed: number;
  trailIntact: boolean;
  names: Readonly<Record<string, string>>;
  /** Tenants whose users have so many guesses; the others have no bound. */
  strictTenants: readonly string[];
  guessesPerUser: number;
}

/** All violations of what is kept. Tenants with and without a bound on guesses are looked at apart. */
export function checkKept({ run, history, trail }: KeptHistory): Violation[] {
  const strict = new Set(run.strictTenants);
  const about = (isStrict: boolean): Evidence => ({
    history: history.filter((event) => event.event === 'fault' || strict.has(event.tenant) === isStrict),
    trail: trail.filter(({ tenant }) => strict.has(tenant) === isStrict),
    trailIntact: run.trailIntact || isStrict,
    names: run.names,
    ...(isStrict ? { guessesPerUser: run.guessesPerUser } : {}),
  });
  return [...checkHistory(about(false)), ...checkHistory(about(true))];
}

/** One JSON object per line, and beside it what is wrong with it. */
export async function keepHistory(file: string, kept: KeptHistory, violations: readonly unknown[]): Promise<void> {
  mkdirSync(dirname(file), { recursive: true });
  function* lines(): Generator<string> {
    yield `${JSON.stringify(kept.run)}\n`;
    for (const event of kept.history) yield `${JSON.stringify(event)}\n`;
    for (const row of kept.trail) yield `${JSON.stringify({ event: 'row', row })}\n`;
  }
  await pipeline(lines(), createWriteStream(file));
  writeFileSync(join(dirname(file), 'violations.json'), `${JSON.stringify(violations, undefined, 2)}\n`);
}

export async function readKept(file: string): Promise<KeptHistory> {
  const history: HistoryEvent[] = [];
  const trail: TrailRow[] = [];
  let run: RunLine | undefined;
  for await (const line of createInterface({ input: createReadStream(file) })) {
    const parsed = JSON.parse(line) as RunLine | HistoryEvent | { event: 'row'; row: TrailRow };
    if (parsed.event === 'run') run = parsed;
    else if (parsed.event === 'row') trail.push(parsed.row);
    else history.push(parsed);
  }
  if (run === undefined) throw new Error(`${file} is no kept history: its first line says nothing about the run`);
  return { run, history, trail };
}
