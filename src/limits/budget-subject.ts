import { hash } from 'node:crypto';

/** The name of an account in the budgets: what it is for, and a digest of whom, so that no name or address is stored there. */
export function budgetSubject(purpose: string, ...whom: readonly string[]): string {
  return `${purpose}:${hash('sha256', whom.join('\0'), 'base64url')}`;
}
