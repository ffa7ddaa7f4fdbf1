import { type ChildProcess, spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Bench, programPath } from '../context.ts';
import { loadSideBySide, withContenders } from '../load/side-by-side.ts';
import { show } from '../numbers.ts';
import { judgeGoal, type SectionReport } from '../report/section-report.ts';
import { table } from '../report/table.ts';
import { type Contender, countersignPostgres, countersignSqlite } from '../servers/contenders.ts';
import { query } from '../servers/postgres.ts';

/** Enough to count; how fast it goes does not matter here. */
const rounds = 15;

interface Counts {
  database: string;
  connections: number;
  verifications: number;
  statements: number;
  commits: number;
  syncs: number;
  /** The commonest texts and how often each ran for one verification. */
  texts: [text: string, times: number][];
}

/** Statements, commits and waits for the disk for one accepted code. */
export async function statementsSection(bench: Bench): Promise<SectionReport> {
  const counts: Counts[] = [];
  for (const connections of [64, 1]) {
    if (bench.databases.includes('sqlite')) counts.push(await countSqlite(bench, connections));
    if (bench.databases.includes('postgres')) counts.push(await countPostgres(bench, connections));
  }
  const syncs = counts.find(({ database, connections }) => database === 'SQLite' && connections === 64);
  return {
    title: 'Statements, commits and waits for the disk',
    body: [
      table(
        ['database', 'connections', 'verifications', 'statements each', 'commits each', 'fsyncs each'],
        counts.map(({ database, connections, verifications, statements, commits, syncs }) => [
          database,
          String(connections),
          String(verifications),
          (statements / verifications).toFixed(3),
          (commits / verifications).toFixed(4),
          (syncs / verifications).toFixed(4),
        ]),
      ),
      'Statements are without begin and commit. fsyncs are counted in the system calls of the server (SQLite) or told by PostgreSQL for its log.\n',
      ...counts
        .filter(({ connections }) => connections === 64)
        .map(({ database, texts }) =>
          table(
            [`${database}: statement, 64 connections`, 'each'],
            texts.map(([text, times]) => [shorten(text), times.toFixed(3)]),
          ),
        ),
    ].join('\n'),
    goals: [
      judgeGoal({
        goal: '5. SQLite: fsyncs per accepted code at 64 connections',
        want: 'at most',
        floor: 1 / 20,
        moonshot: 1 / 40,
        measured: syncs === undefined ? Number.NaN : syncs.syncs / syncs.verifications,
        show: (figure) => `1/${show(1 / figure)}`,
      }),
    ],
  };
}

function shorten(text: string): string {
  const line = text.replaceAll(/\s+/g, ' ').replaceAll('|', '\\|').trim();
  return line.length > 110 ? `${line.slice(0, 109)}…` : line;
}

async function countSqlite(bench: Bench, connections: number): Promise<Counts> {
  bench.progress(`statements: SQLite, ${connections} connections`);
  const file = join(bench.scratch, 'statements.json');
  const trace = join(bench.scratch, 'syncs');
  const start = (): Promise<Contender> =>
    countersignSqlite(bench, {
      nodeArgs: ['--import', programPath('servers', 'count-statements.js')],
      env: { COUNT_STATEMENTS: file },
    });
  const { verifications, syncs } = await withContenders([start], async (contenders, generator) => {
    const strace = await traceSyncs(contenders[0]?.program.pid ?? 0, trace);
    const [result] = await loadSideBySide(bench, generator, contenders, { connections, rounds, warmUp: 0 });
    await strace.stop();
    return { verifications: result?.exchanges ?? 0, syncs: countSyncs(trace) };
  });
  const often = mergeAlike(JSON.parse(readFileSync(file, 'utf8')) as [string, number][]);
  const isStatement = ([text]: [string, number]): boolean => !/^\s*(?:begin|commit|rollback|pragma)/i.test(text);
  const total = (of: [string, number][]): number => of.reduce((sum, [, times]) => sum + times, 0);
  return {
    database: 'SQLite',
    connections,
    verifications,
    syncs,
    statements: total(often.filter(isStatement)),
    commits: total(often.filter(([text]) => /^\s*commit/i.test(text))),
    texts: perVerification(often, verifications),
  };
}

/**
 * Statements that differ only in how many rows they carry, or in the numbers of their parameters, are one. What ran a few times only belongs to
 * the start of the server.
 */
function mergeAlike(counts: readonly [string, number][]): [string, number][] {
  const merged = new Map<string, number>();
  for (const [text, times] of counts) {
    const alike = text.replaceAll(/\$\d+|\?\d*/g, '?').replaceAll(/\((?:\?, ?)*\?\)(?:, ?\((?:\?, ?)*\?\))*/g, '(?)');
    merged.set(alike, (merged.get(alike) ?? 0) + times);
  }
  return [...merged].filter(([, times]) => times > 10);
}

function perVerification(counts: readonly [string, number][], verifications: number): [string, number][] {
  return counts
    .map(([text, times]): [string, number] => [text, times / verifications])
    .filter(([, times]) => times > 0.004)
    .toSorted((a, b) => b[1] - a[1]);
}

/** Attaches strace to every thread of the process; resolves when it watches. */
async function traceSyncs(pid: number, output: string): Promise<{ stop(): Promise<void> }> {
  const args = ['-f', '-c', '-e', 'trace=fsync,fdatasync', '-o', output, '-p', String(pid)];
  const strace: ChildProcess = spawn('strace', args, { stdio: ['ignore', 'ignore', 'pipe'] });
  await new Promise<void>((resolve, reject) => {
    strace.once('error', reject);
    strace.once('exit', () => reject(new Error('strace has ended (package strace)')));
    strace.stderr?.once('data', () => resolve());
  });
  return {
    stop: async () => {
      const ended = new Promise((resolve) => strace.once('exit', resolve));
      strace.kill('SIGINT');
      await ended;
    },
  };
}

/** The fourth column of the summary is how often; the last the name. */
function countSyncs(file: string): number {
  return readFileSync(file, 'latin1')
    .split('\n')
    .filter((line) => /\b(?:fsync|fdatasync)$/.test(line))
    .reduce((sum, line) => sum + Number(line.trim().split(/\s+/)[3]), 0);
}

async function countPostgres(bench: Bench, connections: number): Promise<Counts> {
  bench.progress(`statements: PostgreSQL, ${connections} connections`);
  const settings = ['shared_preload_libraries=pg_stat_statements', 'pg_stat_statements.track_utility=on'];
  return withContenders([() => countersignPostgres(bench, { settings })], async (contenders, generator) => {
    const url = contenders[0]?.databaseUrl ?? '';
    const ask = (sql: string): string => {
      const answer = query(url, sql);
      if (answer === undefined) throw new Error(`PostgreSQL refuses: ${sql}`);
      return answer;
    };
    ask('CREATE EXTENSION IF NOT EXISTS pg_stat_statements');
    ask('SELECT pg_stat_statements_reset()');
    const synced = (): number => Number(ask('SELECT wal_sync FROM pg_stat_wal'));
    const before = synced();
    const [result] = await loadSideBySide(bench, generator, contenders, { connections, rounds, warmUp: 0 });
    const verifications = result?.exchanges ?? 0;
    const syncs = synced() - before;
    const told = ask('SELECT json_agg(json_build_array(query, calls)) FROM pg_stat_statements');
    const texts = mergeAlike(JSON.parse(told) as [string, number][]);
    const total = (matching: (text: string) => boolean): number =>
      texts.filter(([text]) => matching(text)).reduce((sum, [, calls]) => sum + calls, 0);
    return {
      database: 'PostgreSQL',
      connections,
      verifications,
      syncs,
      statements: total((text) => !/^(?:begin|start|commit|rollback|set)\b/i.test(text)),
      commits: total((text) => /^commit/i.test(text)),
      texts: perVerification(texts, verifications),
    };
  });
}
