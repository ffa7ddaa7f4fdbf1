import { CountersignError } from '../core/errors.ts';
import type { TenantId } from '../core/ids.ts';
import { sourceKey } from '../core/network.ts';
import type { Policy } from '../core/policy/policy.ts';
import { type Allowance, clearBudget, type Executor, findBudget, refundBudget, spendBudget } from '../store/index.ts';
import { budgetSubject } from './budget-subject.ts';

/** Who pays for a guess: the user by name (so that names nobody has are counted alike), and the user's address when known. */
export interface GuessPayer {
  tenant: TenantId;
  realm: string;
  user: string;
  source: string | undefined;
  /** What is guessed: `factor` is shared by every door, device and challenge of the user. */
  purpose: 'factor' | 'enrollment';
}

export interface Account {
  subject: string;
  allowance: Allowance;
  /** What an accepted answer does: forgive everything, or give back its own unit. */
  onAccepted: 'clear' | 'refund';
}

/** The user's account first, then the source's: always in this order, so that two guesses cannot wait for each other. */
export function accounts(payer: GuessPayer, { guesses }: Policy): Account[] {
  const window = guesses.windowSeconds * 1000;
  const user: Account = {
    subject: budgetSubject(payer.purpose, payer.realm, payer.user),
    // A completed enrollment proves the new device and nothing else: it gives back its own guess, and forgives none.
    ...(payer.purpose === 'enrollment'
      ? { allowance: { limit: guesses.perUser, window }, onAccepted: 'refund' }
      : { allowance: { limit: guesses.perUser, window, consecutive: guesses.consecutive }, onAccepted: 'clear' }),
  };
  if (payer.source === undefined) return [user];
  const source: Account = {
    subject: budgetSubject('source', sourceKey(payer.source)),
    allowance: { limit: guesses.perSource, window },
    onAccepted: 'refund',
  };
  return [user, source];
}

/**
 * Pays for one guess before it is checked (design law 4). Call it in the transaction of the verdict: if that fails, nothing was told
 * and nothing is spent. Undefined when it is paid; otherwise the refusal, the same for users that exist and that do not.
 */
export async function payForGuess(
  db: Executor,
  payer: GuessPayer,
  policy: Policy,
  now: number,
): Promise<CountersignError | undefined> {
  const paid: Account[] = [];
  for (const account of accounts(payer, policy)) {
    if (await spendBudget(db, payer.tenant, account.subject, account.allowance, now)) {
      paid.push(account);
      continue;
    }
    // A guess that is not evaluated costs nobody anything.
    for (const { subject } of paid) await refundBudget(db, payer.tenant, subject);
    return exhausted(await findBudget(db, payer.tenant, account.subject), now);
  }
  return undefined;
}

/** An accepted answer forgives the user's wrong ones. */
export async function forgiveGuesses(db: Executor, payer: GuessPayer, policy: Policy): Promise<void> {
  for (const { subject, onAccepted } of accounts(payer, policy)) {
    if (onAccepted === 'clear') await clearBudget(db, payer.tenant, subject);
    else await refundBudget(db, payer.tenant, subject);
  }
}

/** Forgives a user everything: an administrator has unlocked him, or he is gone and the name is free. */
export async function clearGuesses(db: Executor, payer: Omit<GuessPayer, 'purpose' | 'source'>): Promise<void> {
  for (const purpose of ['factor', 'enrollment'] as const) {
    await clearBudget(db, payer.tenant, budgetSubject(purpose, payer.realm, payer.user));
  }
}

export function exhausted(budget: { windowEndsAt: number } | undefined, now: number): CountersignError {
  const wait = budget === undefined ? 1 : Math.ceil((budget.windowEndsAt - now) / 1000);
  return new CountersignError('too_many_attempts', { retryAfter: Math.max(1, wait) });
}
