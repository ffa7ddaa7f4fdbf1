import { sql, type SqlBool } from 'kysely';
import type { TenantId } from '../../core/ids.ts';
import type { AuditHead, AuditRow } from '../../audit/index.ts';
import type { Page } from '../../core/model.ts';
import { insertIfAbsent } from '../insert-if-absent.ts';
import type { Executor } from '../open-store.ts';
import { type PageRequest, toPage } from '../page.ts';
import { executeForRows, rowsStatement } from '../rows-statement.ts';
import type { Schema } from '../schema.ts';

const rowColumns = {
  tenant_id: 'text',
  writer_id: 'text',
  seq: 'integer',
  at: 'integer',
  event: 'text',
  outcome: 'text',
  integration_id: 'long',
  user_id: 'long',
  body: 'long',
  hash: 'text',
} as const;
const rowColumnNames = Object.keys(rowColumns) as (keyof typeof rowColumns)[];

const insertingRows = rowsStatement({
  text: 'insert audit rows',
  name: 'written',
  columns: rowColumns,
  build: (db, written) =>
    db.insertInto('audit').columns(rowColumnNames).expression(db.selectFrom(written).select(rowColumnNames)),
});

export async function insertAuditRows(db: Executor, rows: readonly AuditRow[]): Promise<void> {
  const written = rows.map((row) => ({
    tenant_id: row.tenantId,
    writer_id: row.writerId,
    seq: row.seq,
    at: row.at,
    event: row.event,
    outcome: row.outcome,
    integration_id: row.integrationId ?? null,
    user_id: row.userId ?? null,
    body: JSON.stringify(row),
    hash: row.hash,
  }));
  await executeForRows(db, insertingRows, written);
}

export async function insertAuditChain(db: Executor, tenant: TenantId, writerId: string, now: number): Promise<void> {
  await db.insertInto('audit_chains').values({ tenant_id: tenant, writer_id: writerId, started_at: now }).execute();
}

export interface ChainEnd {
  tenantId: TenantId;
  writerId: string;
  seq: number;
  hash: string;
}

/** The last row of every chain of a tenant, or of all tenants; most recently started chains first. One statement: one moment. */
export async function listChainEnds(db: Executor, tenant: TenantId | undefined, limit?: number): Promise<ChainEnd[]> {
  let query = db
    .selectFrom('audit_chains')
    .innerJoin('audit', (join) =>
      join
        .onRef('audit.tenant_id', '=', 'audit_chains.tenant_id')
        .onRef('audit.writer_id', '=', 'audit_chains.writer_id'),
    )
    .select(['audit.tenant_id', 'audit.writer_id', 'audit.seq', 'audit.hash'])
    .where('audit.seq', '=', (e) =>
      e
        .selectFrom('audit as later')
        .select('later.seq')
        .whereRef('later.tenant_id', '=', 'audit_chains.tenant_id')
        .whereRef('later.writer_id', '=', 'audit_chains.writer_id')
        // Not max(seq), for which MariaDB reads the whole chain.
        .orderBy('later.seq', 'desc')
        .limit(1),
    )
    .orderBy('audit_chains.started_at', 'desc');
  if (tenant !== undefined) query = query.where('audit_chains.tenant_id', '=', tenant);
  if (limit !== undefined) query = query.limit(limit);
  const rows = await query.execute();
  return rows.map((row) => ({
    tenantId: row.tenant_id as TenantId,
    writerId: row.writer_id,
    seq: row.seq,
    hash: row.hash,
  }));
}

export interface AuditFilter {
  integrationId?: string;
  event?: string;
  userId?: string;
  from?: number;
  to?: number;
}

/** Newest first. */
export async function listAudit(
  db: Executor,
  tenant: TenantId,
  page: PageRequest,
  filter: AuditFilter,
): Promise<Page<AuditRow>> {
  let query = db.selectFrom('audit').select(['at', 'writer_id', 'seq', 'body']).where('tenant_id', '=', tenant);
  if (filter.integrationId !== undefined) query = query.where('integration_id', '=', filter.integrationId);
  if (filter.event !== undefined) query = query.where('event', '=', filter.event);
  if (filter.userId !== undefined) query = query.where('user_id', '=', filter.userId);
  if (filter.from !== undefined) query = query.where('at', '>=', filter.from);
  if (filter.to !== undefined) query = query.where('at', '<=', filter.to);
  if (page.after !== undefined) {
    const [writer = '', seq = ''] = page.after.id.split('.');
    // A forged cursor can only move the start: what is no number of a row begins before the first.
    const number = /^\d{1,9}$/.test(seq) ? Number(seq) : 0;
    query = query.where('at', '<=', page.after.at);
    query = query.where(sql<SqlBool>`(at, writer_id, seq) < (${page.after.at}, ${writer}, ${number})`);
  }
  const rows = await query
    .orderBy('at', 'desc')
    .orderBy('writer_id', 'desc')
    .orderBy('seq', 'desc')
    .limit(page.limit + 1)
    .execute();
  return toPage(
    rows,
    page.limit,
    (row) => JSON.parse(row.body) as AuditRow,
    (row) => ({ at: row.at, id: `${row.writer_id}.${row.seq}` }),
  );
}

/** Rows read at a time. */
const pageSize = 1000;

/**
 * Rows chain by chain in stored order, for a verifier, up to where each chain ended when the reading began: chains that grow meanwhile
 * are not taken for damaged. The place of a row is taken from its key columns, so that a row that was moved or renumbered shows.
 */
export async function* readChains(db: Executor, tenant: TenantId | undefined): AsyncIterable<AuditRow> {
  const ends = await listChainEnds(db, tenant);
  for (const end of ends.toSorted((a, b) => order(a.tenantId, b.tenantId) || order(a.writerId, b.writerId))) {
    // From below the first, so that a row that was renumbered shows.
    for (let last = -(2 ** 31); last < end.seq;) {
      const rows = await db
        .selectFrom('audit')
        .selectAll()
        .where('tenant_id', '=', end.tenantId)
        .where('writer_id', '=', end.writerId)
        .where('seq', '>', last)
        .where('seq', '<=', end.seq)
        .orderBy('seq')
        .limit(pageSize)
        .execute();
      for (const row of rows) yield toAuditRow(row);
      last = rows.at(-1)?.seq ?? end.seq;
    }
  }
}

function order(left: string, right: string): number {
  return left < right ? -1 : left > right ? 1 : 0;
}

function toAuditRow(row: Schema['audit']): AuditRow {
  const { integrationId: _integrationId, userId: _userId, ...body } = JSON.parse(row.body) as AuditRow;
  return {
    ...body,
    ...(row.integration_id === null ? {} : { integrationId: row.integration_id }),
    ...(row.user_id === null ? {} : { userId: row.user_id }),
    tenantId: row.tenant_id,
    writerId: row.writer_id,
    seq: row.seq,
    at: row.at,
    event: row.event,
    outcome: row.outcome as AuditRow['outcome'],
    hash: row.hash,
  };
}

export async function insertAuditHead(db: Executor, head: AuditHead): Promise<void> {
  const row = {
    tenant_id: head.tenantId,
    writer_id: head.writerId,
    seq: head.seq,
    hash: head.hash,
    at: head.at,
    signature: head.signature,
  };
  await insertIfAbsent(db, db.insertInto('audit_heads').values(row), ['tenant_id', 'writer_id', 'seq']).execute();
}

/** Signed heads, oldest first; of all tenants when none is given. */
export async function listAuditHeads(db: Executor, tenant: TenantId | undefined): Promise<AuditHead[]> {
  let query = db.selectFrom('audit_heads').selectAll();
  if (tenant !== undefined) query = query.where('tenant_id', '=', tenant);
  const rows = await query.orderBy('tenant_id').orderBy('writer_id').orderBy('seq').execute();
  return rows.map((row) => ({
    tenantId: row.tenant_id,
    writerId: row.writer_id,
    seq: row.seq,
    hash: row.hash,
    at: row.at,
    signature: row.signature,
  }));
}
