import { auditChains, type AuditChain, type AuditChains, claimedRows, nextPlace } from './audit-chains.ts';
import type { AuditHead } from './audit-head.ts';
import { auditRowId, type AuditPlace, type AuditRow, hashAuditRow } from './audit-row.ts';
import type { AuditVerdict } from './audit-verdict.ts';
import { isHeadSigned, readAuditKey } from './signed-heads.ts';
import { nameRow, problem, suspectContent, suspectGap, suspectLink, type Suspicion } from './suspicion.ts';

/**
 * Tells whether an audit log is what its writers wrote, and if not, names the first row that is not. Rows are read once
 * and not kept, so a log of any size can be checked.
 *
 * What it cannot know: rows after the last signed head of their chain (see `signedUpTo`), and chains that were taken away
 * with everything that mentions them. Keep heads outside of the database.
 *
 * @param rows The rows of each chain in the order of their `seq`; chains may alternate.
 * @param heads Signed heads from any time, in any order.
 * @param publicKeyPem The public key of the installation that wrote the log.
 * @throws CountersignError `invalid_parameters` when the key is not an Ed25519 key in PEM.
 */
export async function verifyAudit(
  rows: AsyncIterable<AuditRow> | Iterable<AuditRow>,
  heads: readonly AuditHead[],
  publicKeyPem: string,
): Promise<AuditVerdict> {
  const chains = auditChains();
  const forged = takeHeads(heads, publicKeyPem, chains);
  if (forged !== undefined) return forged;

  let count = 0;
  let suspicion: Suspicion | undefined;
  for await (const row of rows) {
    const finding = suspicion === undefined ? readRow(row, chains) : suspicion.consider(row);
    if (finding === undefined) count += 1;
    else if ('intact' in finding) return finding;
    else suspicion = finding;
  }
  if (suspicion !== undefined) return suspicion.otherwise;

  const contradiction = firstOf(chains.all(), (chain) => hearClaims(chain, chains)) ?? firstOf(chains.all(), findCut);
  if (contradiction !== undefined) return contradiction;
  const read = chains.all().filter((chain) => chain.seq > 0);
  const signedUpTo = read.reduce((sum, chain) => sum + chain.signedUpTo, 0);
  return { intact: true, rows: count, chains: read.length, signedUpTo };
}

function firstOf<T>(chains: AuditChain[], find: (chain: AuditChain) => T | undefined): T | undefined {
  for (const chain of chains) {
    const found = find(chain);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** Notes what the heads say, unless one of them is not to be believed. */
function takeHeads(heads: readonly AuditHead[], publicKeyPem: string, chains: AuditChains): AuditVerdict | undefined {
  const key = readAuditKey(publicKeyPem);
  for (const head of heads) {
    if (!isHeadSigned(head, key)) return problem('forged-head', head, `The head at ${nameRow(head)} is not signed.`);
    const chain = chains.of(head);
    const other = chain.signed.get(head.seq);
    if (other !== undefined && other !== head.hash) {
      return problem('changed', head, `${nameRow(head)} was written twice: two signed heads name different hashes.`);
    }
    chain.signed.set(head.seq, head.hash);
    chain.signedUpTo = Math.max(chain.signedUpTo, head.seq);
  }
  return undefined;
}

/** Takes the next row into its chain, or says what is wrong with it. */
function readRow(row: AuditRow, chains: AuditChains): AuditVerdict | Suspicion | undefined {
  if (hashAuditRow(row) !== row.hash) return suspectContent(row, chains);
  if (row.id !== auditRowId(row)) return problem('changed', row, `${nameRow(row)} has an id that is not its own.`);

  const chain = chains.of(row);
  const next = nextPlace(chain);
  if (row.seq < next.seq) {
    return row.previous === chain.hash
      ? problem('changed', next, `${nameRow(next)} was rewritten: it calls itself ${row.id}.`)
      : problem('duplicated', row, `${nameRow(row)} stands there twice.`);
  }
  if (row.seq > next.seq) return suspectGap(chain, row);
  if (row.previous !== chain.hash) return suspectLink(chain, row);
  const signed = chain.signed.get(row.seq);
  if (signed !== undefined && signed !== row.hash) {
    return problem('changed', row, `${nameRow(row)} was rewritten: its hash is not the signed one.`);
  }
  const claimed = chain.claimed.get(row.seq);
  if (claimed !== undefined && claimed !== row.hash) return contradicted(row);
  chain.claimed.delete(row.seq);
  chain.seq = row.seq;
  chain.hash = row.hash;
  if (row.seq === 1) chain.unconfirmed = claimedRows(row);
  return row.seq > 1 || signed !== undefined ? hearClaims(chain, chains) : undefined;
}

/** The first row of a chain bears witness to the chains before it. */
function hearClaims(chain: AuditChain, chains: AuditChains): AuditVerdict | undefined {
  const claims = chain.unconfirmed;
  chain.unconfirmed = [];
  for (const claim of claims) {
    const other = chains.of(claim);
    if (claim.seq > other.seq) other.claimed.set(claim.seq, claim.hash);
    else if (claim.seq === other.seq && claim.hash !== other.hash) return contradicted(claim);
  }
  return undefined;
}

function contradicted(row: AuditPlace): AuditVerdict {
  return problem('changed', row, `${nameRow(row)} was rewritten: another chain began with another hash of it.`);
}

/** Rows that a head or another chain names, and that are not there. */
function findCut(chain: AuditChain): AuditVerdict | undefined {
  const next = nextPlace(chain);
  const witness = chain.signedUpTo > chain.seq ? 'a signed head' : chain.claimed.size > 0 ? 'another chain' : undefined;
  if (witness === undefined) return undefined;
  const upTo = Math.max(chain.signedUpTo, ...chain.claimed.keys());
  return problem('cut', next, `${nameRow(next)} is missing: ${witness} names the row ${chain.writerId}.${upTo}.`);
}
