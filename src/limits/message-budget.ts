import { CountersignError } from '../core/errors.ts';
import type { TenantId } from '../core/ids.ts';
import type { OutgoingMessage } from '../core/message.ts';
import type { Policy } from '../core/policy/policy.ts';
import { type Executor, findBudget, spendBudget } from '../store/index.ts';
import { budgetSubject } from './budget-subject.ts';

/** Pays for one message to an address or number. The refusal is a value; undefined when it may be sent. */
export async function payForMessage(
  db: Executor,
  tenant: TenantId,
  message: OutgoingMessage,
  { messages }: Policy,
  now: number,
): Promise<CountersignError | undefined> {
  const subject = budgetSubject('message', message.channel, message.to.toLowerCase());
  const allowance = { limit: messages.perTarget, window: messages.windowSeconds * 1000 };
  if (await spendBudget(db, tenant, subject, allowance, now)) return undefined;
  const budget = await findBudget(db, tenant, subject);
  const wait = budget === undefined ? 1 : Math.ceil((budget.windowEndsAt - now) / 1000);
  return new CountersignError('too_many_messages', { retryAfter: Math.max(1, wait) });
}
