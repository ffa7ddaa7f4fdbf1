import { platformTenant } from '../core/ids.ts';
import { sourceKey } from '../core/network.ts';
import { clearBudget, type Executor, findBudget, refundBudget, spendBudget } from '../store/index.ts';
import { budgetSubject } from './budget-subject.ts';

const window = 15 * 60_000;

/** Who pays for a guess at a password: the address for all logins, the login at this address, the login from everywhere. */
interface Payers {
  address: string | undefined;
  here: string;
  everywhere: string;
}

const limits: Readonly<Record<keyof Payers, number>> = { address: 100, here: 10, everywhere: 200 };

function payers(login: string, source: string | undefined): Payers {
  const key = source === undefined ? '' : sourceKey(source);
  return {
    address: source === undefined ? undefined : budgetSubject('password-source', key),
    here: budgetSubject('password', login, key),
    everywhere: budgetSubject('password-all', login),
  };
}

/** Always in this order, so that two guesses cannot wait for each other. */
const order = ['address', 'here', 'everywhere'] as const;

/**
 * Pays for one guess at an administrator's password. Ten for a login from one address, so that somebody else's guesses do not lock the
 * administrator out at his own desk; two hundred from everywhere, so that many addresses do not help; a hundred from one address for
 * all logins together (BF-11). Undefined when it is paid, otherwise who could not; nobody has paid then.
 */
export async function payForPassword(
  db: Executor,
  login: string,
  source: string | undefined,
  now: number,
): Promise<keyof Payers | undefined> {
  const subjects = payers(login, source);
  const paid: string[] = [];
  for (const payer of order) {
    const subject = subjects[payer];
    if (subject === undefined) continue;
    if (await spendBudget(db, platformTenant, subject, { limit: limits[payer], window }, now)) {
      paid.push(subject);
      continue;
    }
    for (const other of paid) await refundBudget(db, platformTenant, other);
    return payer;
  }
  return undefined;
}

/** When an address that has used up its guesses may guess again, and whether this is the first time in its window that it is told so. */
export async function tellExhaustedAddress(
  db: Executor,
  source: string,
  now: number,
): Promise<{ retryAfter: number; first: boolean }> {
  const subject = budgetSubject('password-source', sourceKey(source));
  const budget = await findBudget(db, platformTenant, subject);
  const wait = Math.max(1, (budget?.windowEndsAt ?? now) - now);
  const told = { limit: 1, window: wait };
  const first = await spendBudget(db, platformTenant, budgetSubject('password-told', sourceKey(source)), told, now);
  return { retryAfter: Math.ceil(wait / 1000), first };
}

/** The administrator has proven himself: his wrong guesses are forgiven, his address gets this one back. */
export async function forgivePasswords(db: Executor, login: string, source: string | undefined): Promise<void> {
  const { address, here, everywhere } = payers(login, source);
  if (address !== undefined) await refundBudget(db, platformTenant, address);
  await clearBudget(db, platformTenant, here);
  await clearBudget(db, platformTenant, everywhere);
}

/** Gives back a guess that was paid for and never judged. */
export async function refundPassword(db: Executor, login: string, source: string | undefined): Promise<void> {
  const subjects = payers(login, source);
  for (const payer of order) {
    const subject = subjects[payer];
    if (subject !== undefined) await refundBudget(db, platformTenant, subject);
  }
}
