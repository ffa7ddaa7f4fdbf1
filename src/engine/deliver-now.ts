import { CountersignError } from '../core/errors.ts';
import { newId } from '../core/ids.ts';
import type { OutgoingMessage } from '../core/message.ts';
import { findTenant } from '../store/index.ts';
import type { IntegrationCaller } from './engine.ts';
import { entryOf, type EngineParts } from './parts.ts';

/** Hands a message to the next hop. A failure is audited and thrown as `delivery_failed`. */
export async function deliverNow(
  parts: EngineParts,
  caller: IntegrationCaller,
  message: OutgoingMessage,
  objectId: string,
): Promise<void> {
  const tenant = await parts.store.read((db) => findTenant(db, caller.tenant));
  const about = { tenant: caller.tenant, tenantName: tenant?.name ?? '', id: newId(parts.random, 'message') };
  try {
    await parts.delivery.deliver(message, about);
  } catch (error) {
    await parts.ledger.write(async (tx) => {
      const detail = { channel: message.channel };
      tx.record(caller.tenant, entryOf(caller, 'message.failed', 'failed', { objectId, detail }));
    });
    if (error instanceof CountersignError && error.code === 'delivery_failed') throw error;
    throw new CountersignError('delivery_failed', { detail: 'the delivery broke', cause: error });
  }
}
