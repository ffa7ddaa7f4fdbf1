import { setTimeout as sleep } from 'node:timers/promises';
import { join } from 'node:path';
import { type Bench, fillPostgres, fillSqlite } from '../context.ts';
import { postgresBytes, sqliteBytes, type TableBytes } from '../data/disk-bytes.ts';
import { loadSideBySide, withContenders } from '../load/side-by-side.ts';
import { show } from '../numbers.ts';
import { judgeGoal, type SectionReport } from '../report/section-report.ts';
import { table } from '../report/table.ts';
import { countersignSqlite, echoContender } from '../servers/contenders.ts';
import { freshFolder } from '../servers/fresh-folder.ts';
import { residentMemory } from '../servers/resident-memory.ts';

/** Few enough to be enrolled in every run: a prepared database may be of an older build. */
const fresh = 10_000;

/** Memory of the server process, and bytes on the disk for a device and an audit row. */
export async function memorySection(bench: Bench): Promise<SectionReport> {
  const seconds = bench.quick ? 5 : 30;
  const start = [() => echoContender(bench), () => countersignSqlite(bench)];
  const memory = await withContenders(start, async (contenders, generator) => {
    await sleep(2000);
    const idle = contenders.map(({ program }) => residentMemory(program.pid).now);
    bench.progress(`memory: ${seconds} s of 64 connections each`);
    const rounds = Math.ceil((seconds * 1000) / bench.sliceMs);
    await loadSideBySide(bench, generator, contenders, { rounds });
    return contenders.map(({ target, program }, index) => ({
      name: target.name,
      idle: idle[index] ?? Number.NaN,
      ...residentMemory(program.pid),
    }));
  });
  bench.progress(`memory: bytes on the disk, of ${fresh} users who are enrolled now`);
  const bytes: { database: string; tables: TableBytes }[] = [];
  if (bench.databases.includes('sqlite')) {
    const folder = freshFolder(bench, 'disk-sqlite');
    await fillSqlite(bench, folder, fresh);
    bytes.push({ database: 'SQLite', tables: sqliteBytes(bench.node, join(folder, 'countersign.db')) });
  }
  if (bench.databases.includes('postgres') && !bench.quick) {
    const folder = freshFolder(bench, 'disk-postgres');
    await fillPostgres(bench, folder, fresh);
    bytes.push({ database: 'PostgreSQL', tables: await postgresBytes(folder) });
  }
  const ours = memory[1];
  const sqlite = bytes.find(({ database }) => database === 'SQLite')?.tables;
  const megabytes = (figure: number): string => `${Math.round(figure)} MB`;
  return {
    title: 'Memory and disk',
    body: [
      table(
        ['server', 'idle, resident MB', `after ${seconds} s saturated`, 'highest'],
        memory.map(({ name, idle, now, highest }) => [name, show(idle), show(now), show(highest)]),
      ),
      table(
        ['database', 'bytes per device, with its user', 'bytes per audit row', 'devices', 'audit rows'],
        bytes.map(({ database, tables: { perDevice, perAuditRow, devices, auditRows } }) => [
          database,
          show(perDevice),
          show(perAuditRow),
          show(devices),
          show(auditRows),
        ]),
      ),
      ...bytes.map(({ database, tables: { objects } }) =>
        table(
          [`${database}: table or index`, 'MB', 'bytes per row'],
          objects.map(({ name, bytes, rows }) => [name, show(bytes / 1_000_000), show(bytes / rows)]),
        ),
      ),
    ].join('\n'),
    goals: [
      judgeGoal({
        goal: '7. Resident memory, idle',
        want: 'at most',
        floor: 90,
        moonshot: 65,
        measured: ours?.idle ?? Number.NaN,
        show: megabytes,
      }),
      judgeGoal({
        goal: '7. Resident memory, saturated',
        want: 'at most',
        floor: 160,
        moonshot: 120,
        measured: ours?.highest ?? Number.NaN,
        show: megabytes,
      }),
      judgeGoal({
        goal: '9. SQLite: bytes on the disk per enrolled TOTP device',
        want: 'at most',
        floor: 260,
        moonshot: 205,
        measured: sqlite?.perDevice ?? Number.NaN,
        show,
      }),
      judgeGoal({
        goal: '9. SQLite: bytes on the disk per audit row (the hash chain is in it)',
        want: 'at most',
        floor: 120,
        moonshot: 75,
        measured: sqlite?.perAuditRow ?? Number.NaN,
        show,
      }),
    ],
  };
}
