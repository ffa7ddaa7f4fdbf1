import { expect } from 'vitest';
import type { AuditRow } from '../../src/audit/index.ts';
import { checkHistory } from '../history/check-history.ts';
import type { TrailRow } from '../history/history.ts';
import type { Served } from './served.fixture.ts';
import { guessesPerUser, type Witness } from './witness.fixture.ts';

/** What was told and what stands in the trail agree, and no invariant was broken. Answers the trail. */
export async function holdsInvariants(served: Served, { history, names }: Witness, databaseUrl?: string) {
  const evidence = await readTrail(served, databaseUrl);
  expect(checkHistory({ ...evidence, history, names, guessesPerUser })).toEqual([]);
  return evidence.trail;
}

/** The whole audit trail as an operator exports it, and whether the verifier finds it whole. */
async function readTrail({ cs }: Served, databaseUrl?: string): Promise<{ trail: TrailRow[]; trailIntact: boolean }> {
  const env: Record<string, string> = databaseUrl === undefined ? {} : { COUNTERSIGN_DATABASE_URL: databaseUrl };
  const [{ stdout, status }, exported] = await Promise.all([
    cs.run(['audit', 'verify'], { env }),
    cs.done(['audit', 'export', '-'], { env }),
  ]);
  const lines = exported.split('\n').filter((line) => line !== '');
  const rows = lines.map((line) => JSON.parse(line) as Partial<AuditRow>).filter(isRow);
  return { trail: rows.map(toTrailRow), trailIntact: status === 0 && stdout.includes('intact') };
}

/** Behind the rows come the signed heads. */
function isRow(line: Partial<AuditRow>): line is AuditRow {
  return line.event !== undefined;
}

function toTrailRow(row: AuditRow): TrailRow {
  return {
    id: row.id ?? `${row.writerId}.${row.seq}`,
    tenant: row.tenantId,
    writer: row.writerId,
    seq: row.seq,
    at: row.at,
    event: row.event,
    outcome: row.outcome,
    ...(row.reason === undefined ? {} : { reason: row.reason }),
    ...(row.userId === undefined ? {} : { user: row.userId }),
    ...(row.deviceId === undefined ? {} : { device: row.deviceId }),
    actor: row.actor.id,
  };
}
