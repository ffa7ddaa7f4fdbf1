import { spawnSync } from 'node:child_process';
import { query, startCluster } from '../servers/postgres.ts';

interface StoredObject {
  name: string;
  /** The table that an index belongs to; of a table itself. */
  table: string;
  bytes: number;
  rows: number;
}

/** What the devices and the audit trail of a prepared database take on the disk. */
export interface TableBytes {
  /** Of the device and the user it belongs to, with every index. */
  perDevice: number;
  perAuditRow: number;
  devices: number;
  auditRows: number;
  objects: StoredObject[];
}

/** What SQLite says of its own pages; run by the Node of the servers, because the driver belongs to it. */
const readPages = `
  const [file] = process.argv.slice(1);
  const { createRequire } = require('node:module');
  const builtin = process.getBuiltinModule?.('node:sqlite');
  const Database = builtin?.DatabaseSync ?? createRequire(process.cwd() + '/package.json')('libsql');
  const database = new Database(file);
  const rows = new Map();
  const objects = database.prepare(
    "SELECT s.name, s.tbl_name AS 'table', sum(d.pgsize) AS bytes FROM dbstat d JOIN sqlite_master s ON s.name = d.name GROUP BY s.name"
  ).all();
  for (const object of objects) {
    if (!rows.has(object.table)) rows.set(object.table, database.prepare('SELECT count(*) AS n FROM "' + object.table + '"').all()[0].n);
    object.rows = rows.get(object.table);
  }
  console.log(JSON.stringify(objects));
`;

export function sqliteBytes(node: string, file: string): TableBytes {
  const { status, stdout, stderr } = spawnSync(node, ['-e', readPages, file], { encoding: 'utf8' });
  if (status !== 0) throw new Error(`the pages of ${file} cannot be counted: ${stderr}`);
  return summarize(JSON.parse(stdout) as StoredObject[]);
}

const readRelations = `
  SELECT json_agg(o) FROM (
    SELECT c.relname AS name, coalesce(t.relname, c.relname) AS "table", pg_total_relation_size(c.oid) -
      CASE WHEN c.relkind = 'r' THEN pg_indexes_size(c.oid) ELSE 0 END AS bytes, coalesce(t.reltuples, c.reltuples) AS rows
    FROM pg_class c LEFT JOIN pg_index i ON i.indexrelid = c.oid LEFT JOIN pg_class t ON t.oid = i.indrelid
    WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'i')
  ) o`;

/** The cluster is started where it lies; nothing is written. */
export async function postgresBytes(folder: string): Promise<TableBytes> {
  const { program, url } = await startCluster(folder);
  try {
    const answer = query(url, readRelations);
    if (answer === undefined) throw new Error('PostgreSQL does not tell the size of its tables');
    return summarize(JSON.parse(answer) as StoredObject[]);
  } finally {
    await program.stop();
  }
}

function summarize(objects: readonly StoredObject[]): TableBytes {
  const bytesOf = (...tables: string[]): number =>
    objects.filter(({ table }) => tables.includes(table)).reduce((sum, { bytes }) => sum + bytes, 0);
  const rowsOf = (table: string): number => objects.find((object) => object.table === table)?.rows ?? Number.NaN;
  const devices = rowsOf('devices');
  const auditRows = rowsOf('audit');
  return {
    devices,
    auditRows,
    perDevice: bytesOf('devices', 'users') / devices,
    perAuditRow: bytesOf('audit') / auditRows,
    objects: objects.filter(({ rows }) => rows > devices / 2).toSorted((a, b) => b.bytes - a.bytes),
  };
}
