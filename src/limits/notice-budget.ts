import type { TenantId } from '../core/ids.ts';
import { type Executor, spendBudget } from '../store/index.ts';
import { budgetSubject } from './budget-subject.ts';

/** Notices of one user in an hour: whoever makes his account change again and again must not fill his mailbox. */
const allowance = { limit: 10, window: 60 * 60 * 1000 };

/** Pays for one notice to all contacts of a user. False: he has been told enough. Codes have budgets of their own. */
export async function payForNotice(db: Executor, tenant: TenantId, userId: string, now: number): Promise<boolean> {
  return spendBudget(db, tenant, budgetSubject('notice', userId), allowance, now);
}
