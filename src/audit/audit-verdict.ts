import type { AuditPlace } from './audit-row.ts';

/** What can be wrong with an audit log. */
export type AuditProblem = 'changed' | 'dropped' | 'reordered' | 'cut' | 'forged-head' | 'duplicated';

export type AuditVerdict =
  | {
      intact: true;
      rows: number;
      chains: number;
      /** How many of the rows are covered by a signed head. Whoever can write to the log could have made up the others. */
      signedUpTo: number;
    }
  | { intact: false; problem: AuditProblem; row: AuditPlace; explanation: string };
