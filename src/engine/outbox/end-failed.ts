import type { CountersignError } from '../../core/errors.ts';
import { AddressGone } from '../../delivery/index.ts';
import { endMessage, type StoredMessage } from '../../store/index.ts';
import type { Caller, IntegrationCaller } from '../engine.ts';
import type { WriteContext } from '../ledger.ts';
import { entryOf, type EngineParts } from '../parts.ts';
import { describeFailure } from './deliver-message.ts';
import { forgetAddress } from './forget-address.ts';

/** Gives a message up and tells the trail why. False: somebody else has it by now, or it has ended. */
export async function endFailed(
  parts: EngineParts,
  tx: WriteContext,
  caller: Caller | IntegrationCaller,
  row: StoredMessage,
  failure: CountersignError,
): Promise<boolean> {
  const lastError = describeFailure(failure);
  if (!(await endMessage(tx.db, row, { state: 'failed', lastError }, parts.clock.now()))) return false;
  const { objectId, userId, channel, purpose, id } = row;
  const about = {
    objectId,
    ...(userId === undefined ? {} : { userId }),
    detail: { channel, purpose, message: id },
  };
  tx.record(row.tenantId, entryOf(caller, 'message.failed', 'failed', about));
  if (failure instanceof AddressGone) await forgetAddress(parts, tx, caller, row);
  return true;
}
