import { claimMessage, type StoredMessage } from '../../store/index.ts';
import type { IntegrationCaller } from '../engine.ts';
import type { WriteContext } from '../ledger.ts';
import type { EngineParts } from '../parts.ts';
import { deliverMessage } from './deliver-message.ts';
import { endFailed } from './end-failed.ts';
import { claimTime, type WrittenMessage } from './outbox-message.ts';

/**
 * Sends a code that has just been committed, once. When it cannot be sent that is committed, with what `whenFailed` makes of it, and thrown
 * as `delivery_failed`. A code that failed is not tried again: its user asks for another.
 */
export async function sendCode(
  parts: EngineParts,
  caller: IntegrationCaller,
  { row, message }: WrittenMessage,
  whenFailed: (tx: WriteContext) => Promise<void>,
): Promise<void> {
  if (!(await isOurs(parts, row))) return;
  const failure = await deliverMessage(parts, row, message);
  if (failure === undefined) {
    // It is sent, whether that can be written down or not. If not, it is sent again: the same code under the same id.
    await parts.outbox.markSent(row).catch(() => undefined);
    return;
  }
  const ended = await parts.ledger.write(async (tx) => {
    if (!(await endFailed(parts, tx, caller, row, failure))) return false;
    await whenFailed(tx);
    return true;
  });
  if (ended) throw failure;
}

/** Whether nobody else can have begun to send it: this process may have stood still since it was committed. */
async function isOurs(parts: EngineParts, row: StoredMessage): Promise<boolean> {
  const now = parts.clock.now();
  const left = (row.claimedUntil ?? now) - now;
  if (left > claimTime(parts) / 2) return true;
  const until = now + claimTime(parts);
  const claimed = await parts.store.transaction((db) => claimMessage(db, row, until, now));
  if (claimed) row.claimedUntil = until;
  return claimed || left > 0;
}
