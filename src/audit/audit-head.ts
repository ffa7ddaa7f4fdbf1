import type { Time } from '../core/model.ts';
import type { AuditPlace } from './audit-row.ts';

/** A signed statement that a chain stood at this row at this time. */
export interface AuditHead extends AuditPlace {
  hash: string;
  at: Time;
  /** Ed25519 (RFC 8032) over {@link headBytes}, in base64url. */
  signature: string;
}

/** The members of a head that its signature covers, in their one order, without the braces. */
export function auditHeadMembers(head: Omit<AuditHead, 'signature'>): string {
  return (
    `"tenantId":${JSON.stringify(head.tenantId)},"writerId":${JSON.stringify(head.writerId)},"seq":${head.seq}` +
    `,"hash":${JSON.stringify(head.hash)},"at":${head.at}`
  );
}

/** What is signed: `countersign-audit-head-v1`, a line feed and the head as JSON without its signature. */
export function headBytes(head: Omit<AuditHead, 'signature'>): Uint8Array {
  return Buffer.from(`countersign-audit-head-v1\n{${auditHeadMembers(head)}}`);
}
