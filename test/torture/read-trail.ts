import type { KeyRing } from '../../src/crypto/index.ts';
import { type AuditRow, verifyAudit } from '../../src/audit/index.ts';
import { platformTenant } from '../../src/core/ids.ts';
import type { Caller } from '../../src/engine/index.ts';
import type { TrailRow } from '../history/history.ts';
import { withEngine } from './cast.ts';

export interface Trail {
  rows: TrailRow[];
  intact: boolean;
  /** What the verifier says. */
  verdict: string;
}

/** Reads the whole trail back, and has it verified. */
export function readTrail(url: string, ring: KeyRing): Promise<Trail> {
  const system: Caller = { tenant: platformTenant, actor: { type: 'system', id: 'torture' }, door: 'torture' };
  return withEngine(url, ring, async (engine) => {
    const rows: TrailRow[] = [];
    async function* read(): AsyncGenerator<AuditRow> {
      for await (const row of engine.audit.export(system)) {
        rows.push(reduceRow(row));
        yield row;
      }
    }
    const verdict = await verifyAudit(read(), await engine.audit.heads(system), engine.audit.publicKey());
    return { rows, intact: verdict.intact, verdict: JSON.stringify(verdict) };
  });
}

function reduceRow(row: AuditRow): TrailRow {
  return {
    id: row.id,
    tenant: row.tenantId,
    writer: row.writerId,
    seq: row.seq,
    at: row.at,
    event: row.event,
    outcome: row.outcome,
    ...(row.reason === undefined ? {} : { reason: row.reason }),
    ...(row.userId === undefined ? {} : { user: row.userId }),
    ...(row.deviceId === undefined ? {} : { device: row.deviceId }),
    actor: `${row.actor.type}:${row.actor.id}`,
  };
}
