import { type AuditChain, type AuditChains, nextPlace } from './audit-chains.ts';
import { type AuditPlace, type AuditRow, hashAuditRow } from './audit-row.ts';
import type { AuditProblem, AuditVerdict } from './audit-verdict.ts';

/** Something is wrong for certain; what exactly, the rows that follow may tell. */
export interface Suspicion {
  /** The verdict, if this later row decides it. */
  consider(later: AuditRow): AuditVerdict | undefined;
  /** The verdict if no later row did. */
  otherwise: AuditVerdict;
}

export function problem(problem: AuditProblem, place: AuditPlace, explanation: string): AuditVerdict {
  const row = { tenantId: place.tenantId, writerId: place.writerId, seq: place.seq };
  return { intact: false, problem, row, explanation };
}

/** Names a row for people. */
export function nameRow({ tenantId, writerId, seq }: AuditPlace): string {
  return `row ${writerId}.${seq} of tenant ${tenantId}`;
}

/** The row does not hash to its hash: it was changed, or its content was exchanged with that of a later row. */
export function suspectContent(row: AuditRow, chains: AuditChains): Suspicion {
  const { tenantId, writerId, seq, previous, at, hash } = row;
  const place = { tenantId, writerId, seq };
  const changed = truePlace(row, chains);
  return {
    consider(later) {
      if (hashAuditRow(later) === later.hash) return undefined;
      // The content that belongs here is found there: with its time and hashes, with its time, or without.
      const returned =
        hashAuditRow({ ...later, ...place }) === later.hash ||
        hashAuditRow({ ...later, ...place, previous }) === hash ||
        hashAuditRow({ ...later, ...place, previous, at }) === hash;
      if (!returned) return undefined;
      return problem('reordered', row, `The content of ${nameRow(row)} was exchanged with that of ${nameRow(later)}.`);
    },
    otherwise: problem('changed', changed, `The content of ${nameRow(changed)} does not fit its hash.`),
  };
}

/** The place of a row whose tenant, writer or number may be what was changed: at its true place it has its hash. */
function truePlace(row: AuditRow, chains: AuditChains): AuditPlace {
  for (const chain of chains.all()) {
    for (const place of [nextPlace(chain), { ...nextPlace(chain), seq: row.seq }]) {
      if (hashAuditRow({ ...row, ...place }) === row.hash) return place;
    }
  }
  const chain = chains.of(row);
  return row.previous === chain.hash ? nextPlace(chain) : row;
}

/** Rows are missing before this one: they were dropped, or stand further down. */
export function suspectGap(chain: AuditChain, row: AuditRow): Suspicion {
  const first = nextPlace(chain);
  const missing = row.seq === first.seq + 1 ? 'is' : `to ${row.writerId}.${row.seq - 1} are`;
  return {
    consider(later) {
      const found = later.tenantId === first.tenantId && later.writerId === first.writerId && later.seq === first.seq;
      return found ? problem('reordered', first, `Where ${nameRow(first)} belongs stands ${row.id}.`) : undefined;
    },
    otherwise: problem('dropped', first, `${nameRow(first)} ${missing} missing.`),
  };
}

/** The row is sound but does not follow the one before it: one of the two was rewritten together with its hash. */
export function suspectLink(chain: AuditChain, row: AuditRow): Suspicion | AuditVerdict {
  const before = { ...nextPlace(chain), seq: chain.seq };
  const thisOne = problem('changed', row, `${nameRow(row)} was rewritten: it does not follow the row before it.`);
  const theOneBefore = problem(
    'changed',
    before,
    `${nameRow(before)} was rewritten: the next row follows another hash.`,
  );
  if (chain.seq === 0 || chain.signed.has(chain.seq)) return thisOne;
  const signed = chain.signed.get(row.seq);
  if (signed !== undefined) return signed === row.hash ? theOneBefore : thisOne;
  return {
    consider(later) {
      if (later.tenantId !== row.tenantId || later.writerId !== row.writerId) return undefined;
      return later.previous === row.hash ? theOneBefore : thisOne;
    },
    otherwise: theOneBefore,
  };
}
