import { parseArgs } from 'node:util';
import { type TargetName, targetNames } from './target.ts';

export interface TortureOptions {
  on: readonly TargetName[];
  seed: number;
  users: number;
  only: readonly string[] | undefined;
  cycles: number;
  /** For each database. */
  seconds: number;
  keep: string | undefined;
  check: string | undefined;
  help: boolean;
}

export const usage = `npm run torture -- [options]

  --on NAME       sqlite, postgres, mariadb, galera, standby or all (default: all); several with commas
  --nemesis NAME  only this fault, as the table names it; several with commas
  --cycles COUNT  faults on each database (default: as many as there is time for)
  --seconds TIME  for each database (default: 60; without a bound where --cycles is given)
  --seed NUMBER   of what happens when (default: another one each time)
  --users COUNT   who act at the same time on each database (default: 24)
  --keep FOLDER   keeps the history there, also when nothing is wrong with it
  --check FILE    checks a history that was kept, and does nothing else
`;

export function parseOptions(args: readonly string[]): TortureOptions {
  const { values } = parseArgs({
    args: [...args],
    options: {
      on: { type: 'string', default: 'all' },
      nemesis: { type: 'string' },
      cycles: { type: 'string' },
      seconds: { type: 'string' },
      seed: { type: 'string' },
      users: { type: 'string', default: '24' },
      keep: { type: 'string' },
      check: { type: 'string' },
      help: { type: 'boolean', default: false },
    },
  });
  const seconds = values.cycles === undefined ? '60' : 'Infinity';
  return {
    on: readTargets(values.on),
    only: values.nemesis?.split(','),
    cycles: readCount('cycles', values.cycles ?? 'Infinity'),
    seconds: readCount('seconds', values.seconds ?? seconds),
    seed: readCount('seed', values.seed ?? String(Math.floor(Math.random() * 2 ** 31))),
    users: readCount('users', values.users),
    keep: values.keep,
    check: values.check,
    help: values.help,
  };
}

function readTargets(text: string): readonly TargetName[] {
  if (text === 'all') return targetNames;
  return text.split(',').map((name) => {
    const found = targetNames.find((each) => each === name);
    if (found === undefined) throw new Error(`--on: there is no ${name}; there is ${targetNames.join(', ')}, all`);
    return found;
  });
}

function readCount(name: string, text: string): number {
  const value = Number(text);
  if (Number.isNaN(value) || value < 0) throw new Error(`--${name} has to be a number`);
  return value;
}
