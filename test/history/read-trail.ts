import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';
import { type AuditHead, type AuditRow, parseAuditLine, verifyAudit } from '../../src/audit/index.ts';
import type { Caller, Engine } from '../../src/engine/engine.ts';
import type { Evidence, TrailRow } from './history.ts';

export interface Trail extends Pick<Evidence, 'trail' | 'trailIntact'> {
  /** What the verifier says, as JSON. */
  verdict: string;
}

/** The trail of an engine, as far as the caller may read it: for the platform's callers all of it. */
export async function readTrail(engine: Pick<Engine, 'audit'>, caller: Caller): Promise<Trail> {
  await engine.audit.signHeads();
  // First, so that every head has its row.
  const heads = await engine.audit.heads(caller);
  return reduceTrail(engine.audit.export(caller), heads, engine.audit.publicKey());
}

/**
 * The trail of a server, as its command line gives it while the server runs, or after: `countersign audit export FILE`, and the text that
 * `countersign audit key` prints.
 */
export async function readExportedTrail(file: string, publicKeyPem: string): Promise<Trail> {
  const heads: AuditHead[] = [];
  for await (const line of linesOf(file)) if (line.type === 'head') heads.push(line.head);
  async function* rows(): AsyncGenerator<AuditRow> {
    for await (const line of linesOf(file)) if (line.type === 'row') yield line.row;
  }
  return reduceTrail(rows(), heads, publicKeyPem);
}

async function* linesOf(file: string) {
  for await (const text of createInterface({ input: createReadStream(file), crlfDelay: Infinity }))
    if (text !== '') yield parseAuditLine(text);
}

/** Verifies the rows and keeps of them what the invariants ask for. */
export async function reduceTrail(
  rows: AsyncIterable<AuditRow> | Iterable<AuditRow>,
  heads: readonly AuditHead[],
  publicKeyPem: string,
): Promise<Trail> {
  const trail: TrailRow[] = [];
  const all = eachOf(rows);
  const next = async () => {
    const result = await all.next();
    if (result.done !== true) trail.push(reduceRow(result.value));
    return result;
  };
  const verdict = await verifyAudit({ [Symbol.asyncIterator]: () => ({ next }) }, heads, publicKeyPem);
  // The verifier stops where the trail is broken; what follows is evidence all the same.
  while ((await next()).done !== true);
  return { trail, trailIntact: verdict.intact, verdict: JSON.stringify(verdict) };
}

async function* eachOf(rows: AsyncIterable<AuditRow> | Iterable<AuditRow>): AsyncGenerator<AuditRow, void> {
  yield* rows;
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
