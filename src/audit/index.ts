export { chainAuditRow, chainStart, chainStarted, hashAuditRow } from './audit-row.ts';
export type { AuditEntry, AuditPlace, AuditRow } from './audit-row.ts';
export { headBytes } from './audit-head.ts';
export type { AuditHead } from './audit-head.ts';
export { formatAuditLine, parseAuditLine } from './audit-line.ts';
export type { AuditLine } from './audit-line.ts';
export { verifyAudit } from './verify-audit.ts';
export type { AuditProblem, AuditVerdict } from './audit-verdict.ts';
