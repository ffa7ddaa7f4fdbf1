import type { JsonObject } from '../core/model.ts';
import { type AuditPlace, type AuditRow, chainStart, chainStarted } from './audit-row.ts';

/** What is known about one chain while its rows go by. */
export interface AuditChain {
  tenantId: string;
  writerId: string;
  /** The last row that was read; 0 before the first. */
  seq: number;
  hash: string;
  /** Hashes that signed heads name, by `seq`. */
  signed: Map<number, string>;
  signedUpTo: number;
  /** Hashes that the first rows of other chains name, by `seq`, until the row has been read. */
  claimed: Map<number, string>;
  /** What its own first row says of other chains, until a head or the second row confirms that row. */
  unconfirmed: readonly ClaimedRow[];
}

/** A row of another chain that the first row of a chain names. */
export interface ClaimedRow extends AuditPlace {
  hash: string;
}

/** All chains of a log: what verification remembers of it. */
export interface AuditChains {
  /** The chain that a row belongs to. */
  of(place: Pick<AuditPlace, 'tenantId' | 'writerId'>): AuditChain;
  all(): AuditChain[];
}

export function auditChains(): AuditChains {
  const chains = new Map<string, AuditChain>();
  let latest: AuditChain | undefined;
  return {
    of({ tenantId, writerId }) {
      if (latest?.writerId === writerId && latest.tenantId === tenantId) return latest;
      const key = JSON.stringify([tenantId, writerId]);
      latest = chains.get(key);
      if (latest === undefined) {
        const nothing = { signed: new Map(), signedUpTo: 0, claimed: new Map(), unconfirmed: [] };
        latest = { tenantId, writerId, seq: 0, hash: chainStart, ...nothing };
        chains.set(key, latest);
      }
      return latest;
    },
    all: () => [...chains.values()],
  };
}

/** The place that the next row of a chain takes. */
export function nextPlace({ tenantId, writerId, seq }: AuditChain): AuditPlace {
  return { tenantId, writerId, seq: seq + 1 };
}

/** The rows that the first row of a chain says were the last ones of the tenant's other chains. */
export function claimedRows(row: AuditRow): ClaimedRow[] {
  const listed = row.seq === 1 && row.event === chainStarted ? row.detail?.['previous'] : undefined;
  if (!Array.isArray(listed)) return [];
  return (listed as JsonObject[]).flatMap((claim) => {
    const { writerId, seq, hash } = claim;
    if (typeof writerId !== 'string' || typeof seq !== 'number' || typeof hash !== 'string') return [];
    return [{ tenantId: row.tenantId, writerId, seq, hash }];
  });
}
