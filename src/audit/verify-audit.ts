import type { AuditHead } from './audit-head.ts';
import type { AuditRow } from './audit-row.ts';
import type { AuditVerdict } from './audit-verdict.ts';

/** Being written. */
export async function verifyAudit(
  _rows: AsyncIterable<AuditRow> | Iterable<AuditRow>,
  _heads: readonly AuditHead[],
  _publicKeyPem: string,
): Promise<AuditVerdict> {
  throw new Error('not written yet');
}
