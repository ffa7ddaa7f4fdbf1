import { holdPrompts } from '../../limits/index.ts';
import { findDevice, findUser, type StoredChallenge } from '../../store/index.ts';
import type { IntegrationCaller } from '../engine.ts';
import { contextOf } from '../keep-context.ts';
import type { WriteContext } from '../ledger.ts';
import { notifyUser } from '../notices/notify-user.ts';
import type { EngineParts } from '../parts.ts';

/**
 * Somebody was asked whether he signs in, and it was not him: whoever did has his first factor. He is told by other ways, so is the
 * integration, and nobody asks him again for a while (SMS-07).
 */
export async function raiseAlarm(
  parts: EngineParts,
  tx: WriteContext,
  caller: IntegrationCaller,
  challenge: StoredChallenge,
): Promise<void> {
  if (parts.kinds.get(challenge.kind)?.prompts !== true) return;
  const { policy, realmId } = caller.integration;
  await holdPrompts(tx.db, caller.tenant, challenge.userId, policy, parts.clock.now());
  const user = await findUser(tx.db, caller.tenant, realmId, challenge.userId);
  const device = await findDevice(tx.db, caller.tenant, challenge.deviceId);
  if (user === undefined || device === undefined) return;
  const { id, kind, name } = device;
  const { ip, language } = contextOf(challenge) ?? {};
  await notifyUser(tx, parts, caller, user, { event: 'push_refused', device: { id, kind, name }, ip, language });
}
