import { CountersignError } from '../core/errors.ts';
import type { TenantId } from '../core/ids.ts';
import type { Policy } from '../core/policy/policy.ts';
import { type Budget, clearBudget, type Executor, findBudget, spendBudget } from '../store/index.ts';
import { budgetSubject } from './budget-subject.ts';

const unanswered = (userId: string) => budgetSubject('prompts', userId);
const refusal = (userId: string) => budgetSubject('prompts-held', userId);

/**
 * Pays for one question that interrupts a user (SMS-07). The refusal is a value, `too_many_messages`: he has just said that it was not him, or
 * has left too many unanswered.
 */
export async function payForPrompt(
  db: Executor,
  tenant: TenantId,
  userId: string,
  { prompts }: Policy,
  now: number,
): Promise<CountersignError | undefined> {
  const held = await findBudget(db, tenant, refusal(userId));
  if (held !== undefined && held.windowEndsAt > now) return tooMany(held, now);
  const allowance = { limit: prompts.unanswered, window: prompts.windowSeconds * 1000 };
  if (await spendBudget(db, tenant, unanswered(userId), allowance, now)) return undefined;
  return tooMany(await findBudget(db, tenant, unanswered(userId)), now);
}

/** He has said that it was not him: nobody asks him again until a whole window has passed. */
export async function holdPrompts(
  db: Executor,
  tenant: TenantId,
  userId: string,
  { prompts }: Policy,
  now: number,
): Promise<void> {
  await spendBudget(db, tenant, refusal(userId), { limit: 1, window: prompts.windowSeconds * 1000 }, now);
}

/** He has approved one: those that he left unanswered are forgiven. */
export async function forgivePrompts(db: Executor, tenant: TenantId, userId: string): Promise<void> {
  await clearBudget(db, tenant, unanswered(userId));
}

/** He may be asked again at once: an administrator has unlocked him. */
export async function releasePrompts(db: Executor, tenant: TenantId, userId: string): Promise<void> {
  await forgivePrompts(db, tenant, userId);
  await clearBudget(db, tenant, refusal(userId));
}

function tooMany(budget: Budget | undefined, now: number): CountersignError {
  const wait = budget === undefined ? 1 : Math.ceil((budget.windowEndsAt - now) / 1000);
  return new CountersignError('too_many_messages', { retryAfter: Math.max(1, wait) });
}
