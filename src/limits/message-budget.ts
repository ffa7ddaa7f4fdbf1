import { CountersignError } from '../core/errors.ts';
import type { TenantId } from '../core/ids.ts';
import type { OutgoingMessage } from '../core/message.ts';
import { numberPrefix } from '../core/phone-number.ts';
import type { Policy } from '../core/policy/policy.ts';
import { type Executor, findBudget, refundBudget, spendBudget } from '../store/index.ts';
import { budgetSubject } from './budget-subject.ts';

/** For whom a message is sent: the user by name, who may not be enrolled yet. */
export interface MessagePayer {
  tenant: TenantId;
  realm: string;
  user: string;
}

interface MessageAccount {
  subject: string;
  limit: number;
}

/**
 * Pays for one message, in the transaction that issues it: for its target and its user, and an SMS for the range of its number and for
 * its tenant, too (SMS-01). The refusal is a value; undefined when it may be sent. A message that is refused costs nobody anything. One
 * that could not be delivered stays paid: it may have been sent after all, and a number that fails must not be free to try.
 */
export async function payForMessage(
  db: Executor,
  payer: MessagePayer,
  message: OutgoingMessage,
  policy: Policy,
  now: number,
): Promise<CountersignError | undefined> {
  const window = policy.messages.windowSeconds * 1000;
  const paid: string[] = [];
  for (const { subject, limit } of accounts(payer, message, policy)) {
    if (await spendBudget(db, payer.tenant, subject, { limit, window }, now)) {
      paid.push(subject);
      continue;
    }
    for (const subject of paid) await refundBudget(db, payer.tenant, subject);
    const budget = await findBudget(db, payer.tenant, subject);
    const wait = budget === undefined ? 1 : Math.ceil((budget.windowEndsAt - now) / 1000);
    return new CountersignError('too_many_messages', { retryAfter: Math.max(1, wait) });
  }
  return undefined;
}

/** The broadest account first, always in this order: who has it need not wait for another SMS of the tenant, nor it for him. */
function accounts({ realm, user }: MessagePayer, message: OutgoingMessage, { messages }: Policy): MessageAccount[] {
  const { channel, to } = message;
  const ofUser: MessageAccount = { subject: budgetSubject('message-user', realm, user), limit: messages.perUser };
  // The target of a webhook is the integration, whose users all share it: one of them must not use up the codes of the others.
  if (channel === 'webhook') return [ofUser];
  const own = [ofUser, { subject: budgetSubject('message', channel, to.toLowerCase()), limit: messages.perTarget }];
  if (channel !== 'sms') return own;
  return [
    { subject: 'message-tenant:sms', limit: messages.perTenant },
    { subject: budgetSubject('message-prefix', numberPrefix(to)), limit: messages.perPrefix },
    ...own,
  ];
}
