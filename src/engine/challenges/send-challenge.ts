import { CountersignError } from '../../core/errors.ts';
import type { Challenge } from '../../core/model.ts';
import { findChallenge, type StoredChallenge } from '../../store/index.ts';
import type { IntegrationCaller } from '../engine.ts';
import { sendCode } from '../outbox/send-code.ts';
import type { WrittenMessage } from '../outbox/outbox-message.ts';
import { type EngineParts, found } from '../parts.ts';
import { failUndelivered } from './fail-undelivered.ts';
import { presentChallenge } from './present-challenge.ts';

/** Sends what is to be sent; when that fails the challenge has failed, and says what the integration's fail mode is. */
export async function sendChallenge(
  parts: EngineParts,
  caller: IntegrationCaller,
  stored: StoredChallenge,
  written: WrittenMessage | undefined,
): Promise<Challenge> {
  if (written === undefined) return presentChallenge(stored, parts.clock.now());
  try {
    await sendCode(parts, caller, written, (tx) => failUndelivered(parts, tx, caller, stored));
    return presentChallenge(stored, parts.clock.now());
  } catch (error) {
    if (!(error instanceof CountersignError) || error.code !== 'delivery_failed') throw error;
  }
  const ended = await parts.store.read((db) => findChallenge(db, caller.tenant, caller.integration.id, stored.id));
  return presentChallenge(found(ended), parts.clock.now());
}

/** What a code of a challenge is about, for the outbox. */
export function codeOf(stored: StoredChallenge) {
  const { id, userId, expiresAt, version } = stored;
  return { purpose: 'code' as const, objectId: id, userId, expiresAt, version };
}
