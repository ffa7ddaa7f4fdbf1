import { CountersignError } from '../../core/errors.ts';
import type { TenantId } from '../../core/ids.ts';
import type { OutgoingMessage } from '../../core/message.ts';
import type { JsonObject } from '../../core/model.ts';
import { DeliveryFailure } from '../../delivery/index.ts';
import { type Executor, findTenant, type StoredMessage } from '../../store/index.ts';
import type { EngineParts } from '../parts.ts';
import { readSetting } from '../settings.ts';
import { readWebhook } from '../webhooks/read-webhook.ts';

/** Hands a message to its next hop. Undefined: it has been taken over; else why not. */
export async function deliverMessage(
  parts: EngineParts,
  { tenantId, id }: Pick<StoredMessage, 'tenantId' | 'id'>,
  message: OutgoingMessage,
): Promise<CountersignError | undefined> {
  const { tenant, templates, target } = await parts.store.read(async (db) => ({
    tenant: await findTenant(db, tenantId),
    templates: message.channel === 'webhook' ? undefined : await readSetting(parts, db, tenantId, 'templates'),
    target: message.channel === 'webhook' ? await readTarget(parts, db, tenantId, message.to) : message.target,
  }));
  const about = {
    tenant: tenantId,
    tenantName: tenant?.name ?? '',
    id,
    ...(templates === undefined ? {} : { templates }),
  };
  try {
    await parts.delivery.deliver({ ...message, ...(target === undefined ? {} : { target }) }, about);
    return undefined;
  } catch (error) {
    if (error instanceof CountersignError && error.code === 'delivery_failed') return error;
    return new CountersignError('delivery_failed', { detail: 'the delivery broke', cause: error });
  }
}

/** Where a webhook is and how it is signed, as it is by now: a secret may have been rotated since the message was written. */
async function readTarget(
  parts: EngineParts,
  db: Executor,
  tenant: TenantId,
  integrationId: string,
): Promise<JsonObject | undefined> {
  const webhook = await readWebhook(parts, db, tenant, integrationId);
  return webhook === undefined ? undefined : (JSON.parse(JSON.stringify(webhook)) as JsonObject);
}

/** What a failure says in the outbox, which is not sealed: its detail, which never holds the code, without addresses and numbers. */
export function describeFailure(failure: CountersignError): string {
  return (failure.detail ?? failure.message).replace(/[^\s<>:,;'"()]+@[^\s<>:,;'"()]+|\+?\d{6,}/g, '…').slice(0, 255);
}

/** Whether another try may do what this one could not, without somebody getting it twice. */
export function mayTryAgain(failure: CountersignError, { channel }: Pick<StoredMessage, 'channel'>): boolean {
  if (!(failure instanceof DeliveryFailure)) return true;
  if (failure.permanent) return false;
  // Mail programs and receivers of webhooks know a message by its id; a telephone shows it, and a gateway bills it, twice.
  return !(failure.mayHaveArrived && channel === 'sms');
}
