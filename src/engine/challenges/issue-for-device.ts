import { CountersignError, type ErrorCode } from '../../core/errors.ts';
import type { OutgoingMessage } from '../../core/message.ts';
import type { User } from '../../core/model.ts';
import type { Issued } from '../../devices/index.ts';
import { payForMessage, payForPrompt } from '../../limits/index.ts';
import type { StoredDevice } from '../../store/index.ts';
import type { IntegrationCaller } from '../engine.ts';
import { type KindQuestion, kindContext, openDevice, requireKind } from '../kind-access.ts';
import type { Refused, WriteContext } from '../ledger.ts';
import type { EngineParts } from '../parts.ts';

/** What a challenge keeps and shows, as JSON, and what is to be sent for it. */
export interface IssuedForDevice {
  kept?: string;
  shown?: string;
  deliver?: OutgoingMessage;
  attempts?: number;
  /** It interrupts the user, so no other may be open that does. */
  prompts?: true;
}

/** Asks the kind for what is to be sent and shown, and pays for the message. */
export async function issueForDevice(
  parts: EngineParts,
  tx: WriteContext,
  caller: IntegrationCaller,
  user: User,
  device: StoredDevice,
  question: KindQuestion,
): Promise<Refused | IssuedForDevice> {
  const kind = requireKind(parts.kinds, device.kind);
  if (kind.issue === undefined) return {};
  const prompts = kind.prompts === true;
  if (prompts) {
    const refused = await payForPrompt(tx.db, caller.tenant, user.id, caller.integration.policy, parts.clock.now());
    if (refused !== undefined) return { refused };
  }
  const context = kindContext(parts, caller.integration, kind, user.name, question);
  const issued = issueByKind(() => kind.issue?.(openDevice(parts, device), context));
  if ('refused' in issued) return issued;
  const { kept, shown, deliver, attempts } = issued;
  if (deliver !== undefined) {
    const { realmId, policy } = caller.integration;
    const payer = { tenant: caller.tenant, realm: realmId, user: user.name };
    const refused = await payForMessage(tx.db, payer, deliver, policy, parts.clock.now());
    if (refused !== undefined) return { refused };
  }
  return {
    ...(kept === undefined ? {} : { kept: JSON.stringify(kept) }),
    ...(shown === undefined ? {} : { shown: JSON.stringify(shown) }),
    ...(deliver === undefined ? {} : { deliver }),
    ...(attempts === undefined ? {} : { attempts }),
    ...(prompts ? { prompts } : {}),
  };
}

const refusals: readonly ErrorCode[] = ['phone_number_not_allowed', 'mail_domain_not_allowed', 'sealed_value_invalid'];

/**
 * What the policy does not let a kind send to, and a device that does not open, is a refusal like any other: the challenges of a batch do
 * not wait for it.
 */
function issueByKind(issue: () => Issued | undefined): Refused | Issued {
  try {
    return issue() ?? {};
  } catch (error) {
    if (error instanceof CountersignError && refusals.includes(error.code)) return { refused: error };
    throw error;
  }
}
