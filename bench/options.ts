import { parseArgs } from 'node:util';

export const sectionNames = [
  'verify',
  'challenge',
  'scale',
  'start',
  'memory',
  'statements',
  'overload',
  'peers',
] as const;
export type SectionName = (typeof sectionNames)[number];

export const databaseNames = ['sqlite', 'postgres'] as const;
export type DatabaseName = (typeof databaseNames)[number];

export interface BenchOptions {
  sections: readonly SectionName[];
  databases: readonly DatabaseName[];
  quick: boolean;
  large: boolean;
  profile: boolean;
  node: string;
  users: number;
  rounds: number;
  starts: number;
  sliceMs: number;
  seed: string;
}

export const usage = `npm run bench -- [options]

  --only SECTION     ${sectionNames.join(', ')}; may be given several times. Default: all
  --database NAME    sqlite or postgres; may be given several times. Default: both
  --quick            fewer rounds and one start
  --large            the parts that need 10^6 devices, whose database takes minutes to make once
  --profile          where the time of the server goes under load, instead of everything else; --only challenge: that of challenges
  --node PATH        another Node for every server, ours and the floors
  --rounds COUNT     slices of every server in one start (25)
  --starts COUNT     fresh starts (3)
  --slice MS         length of a slice (100)
  --users COUNT      enrolled users (100000)
  --seed TEXT        of the secrets and of the order of the users
`;

/** @throws Error when the command line is wrong */
export function readOptions(args: readonly string[]): BenchOptions {
  const { values } = parseArgs({
    args: [...args],
    options: {
      only: { type: 'string', multiple: true },
      database: { type: 'string', multiple: true },
      quick: { type: 'boolean', default: false },
      large: { type: 'boolean', default: false },
      profile: { type: 'boolean', default: false },
      node: { type: 'string', default: process.execPath },
      rounds: { type: 'string' },
      starts: { type: 'string' },
      slice: { type: 'string', default: '100' },
      users: { type: 'string', default: '100000' },
      seed: { type: 'string', default: 'countersign' },
    },
  });
  const { quick, large, profile, node, seed } = values;
  return {
    sections: choose('--only', values.only, sectionNames),
    databases: choose('--database', values.database, databaseNames),
    quick,
    large,
    profile,
    node,
    seed,
    users: count('--users', values.users),
    rounds: count('--rounds', values.rounds ?? (quick ? '12' : '25')),
    starts: count('--starts', values.starts ?? (quick ? '1' : '3')),
    sliceMs: count('--slice', values.slice),
  };
}

function choose<Name extends string>(
  option: string,
  given: readonly string[] | undefined,
  names: readonly Name[],
): readonly Name[] {
  const wanted = given?.flatMap((text) => text.split(','));
  const unknown = wanted?.find((name) => !names.some((known) => known === name));
  if (unknown !== undefined) throw new Error(`${option} ${unknown}: must be one of ${names.join(', ')}`);
  return names.filter((name) => wanted === undefined || wanted.includes(name));
}

function count(option: string, text: string): number {
  if (!/^[1-9]\d{0,7}$/.test(text)) throw new Error(`${option} ${text}: must be a whole number from 1`);
  return Number(text);
}
