import { platformTenant } from '../core/ids.ts';
import { sourceKey } from '../core/network.ts';
import { clearBudget, type Executor, refundBudget, spendBudget } from '../store/index.ts';
import { budgetSubject } from './budget-subject.ts';

const window = 15 * 60_000;

function subjects(login: string, source: string | undefined): { here: string; everywhere: string } {
  return {
    here: budgetSubject('password', login, source === undefined ? '' : sourceKey(source)),
    everywhere: budgetSubject('password-all', login),
  };
}

/**
 * Pays for one guess at an administrator's password. Ten from one source, so that somebody else's guesses do not lock the
 * administrator out at his own desk; two hundred from everywhere, so that many sources do not help.
 */
export async function payForPassword(
  db: Executor,
  login: string,
  source: string | undefined,
  now: number,
): Promise<boolean> {
  const { here, everywhere } = subjects(login, source);
  if (!(await spendBudget(db, platformTenant, here, { limit: 10, window }, now))) return false;
  return spendBudget(db, platformTenant, everywhere, { limit: 200, window }, now);
}

export async function forgivePasswords(db: Executor, login: string, source: string | undefined): Promise<void> {
  const { here, everywhere } = subjects(login, source);
  await clearBudget(db, platformTenant, here);
  await clearBudget(db, platformTenant, everywhere);
}

/** Gives back a guess that was paid for and never judged. */
export async function refundPassword(db: Executor, login: string, source: string | undefined): Promise<void> {
  const { here, everywhere } = subjects(login, source);
  await refundBudget(db, platformTenant, here);
  await refundBudget(db, platformTenant, everywhere);
}
