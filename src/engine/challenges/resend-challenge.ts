import { CountersignError } from '../../core/errors.ts';
import type { Challenge } from '../../core/model.ts';
import { findDevice, findUser, insertMessages, reissueChallenge } from '../../store/index.ts';
import type { IntegrationCaller } from '../engine.ts';
import { contextOf } from '../keep-context.ts';
import { entryOf, type EngineParts } from '../parts.ts';
import { newMessage } from '../outbox/outbox-message.ts';
import { issueForDevice } from './issue-for-device.ts';
import { refuse, refuseUnlessPending, requireChallenge } from './open-challenge.ts';
import { codeOf, sendChallenge } from './send-challenge.ts';

/** Sends a fresh code in the place of the one before. */
export function createResendChallenge(parts: EngineParts) {
  return async (caller: IntegrationCaller, id: string): Promise<Challenge> => {
    const { stored, written } = await parts.ledger.write(async (tx) => {
      const challenge = await requireChallenge(tx, caller, id);
      const over = await refuseUnlessPending(parts, tx, caller, challenge);
      if (over !== undefined) return over;
      if (challenge.resendsLeft <= 0) return { refused: new CountersignError('too_many_messages') };
      const user = await findUser(tx.db, caller.tenant, caller.integration.realmId, challenge.userId);
      const device = await findDevice(tx.db, caller.tenant, challenge.deviceId);
      if (user === undefined || device === undefined) return refuse('not_found');
      if (user.status === 'inactive' || device.status !== 'active') return refuse('no_device');
      const issued = await issueForDevice(parts, tx, caller, user, device, {
        id,
        codeDigits: challenge.codeDigits,
        reference: challenge.reference,
        context: contextOf(challenge),
      });
      if ('refused' in issued) return issued;
      if (issued.deliver === undefined) return refuse('wrong_state');
      const { kept, shown } = issued;
      if (!(await reissueChallenge(tx.db, challenge, { kept, shown }, parts.clock.now()))) return refuse('wrong_state');
      const about = { objectId: id, userId: user.id, deviceId: device.id };
      tx.record(caller.tenant, entryOf(caller, 'challenge.resent', 'done', about));
      const stored = await requireChallenge(tx, caller, id);
      const written = newMessage(parts, caller, issued.deliver, codeOf(stored));
      await insertMessages(tx.db, [written.row]);
      return { stored, written };
    });
    return sendChallenge(parts, caller, stored, written);
  };
}
