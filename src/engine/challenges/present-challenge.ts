import { isOver } from '../../core/lifetime.ts';
import type { Challenge, JsonObject, Time } from '../../core/model.ts';
import type { StoredChallenge } from '../../store/index.ts';

/** A stored challenge as it may be shown: one that has run out is expired, whether somebody has written that down or not. */
export function presentChallenge(stored: StoredChallenge, now: Time): Challenge {
  const expired = stored.state === 'pending' && isOver(stored, now);
  return {
    id: stored.id,
    integrationId: stored.integrationId,
    userId: stored.userId,
    deviceId: stored.deviceId,
    kind: stored.kind,
    state: expired ? 'expired' : stored.state,
    attemptsLeft: stored.attemptsLeft,
    reference: stored.reference,
    ...(stored.shown === undefined ? {} : { shown: JSON.parse(stored.shown) as JsonObject }),
    ...(stored.failMode === undefined ? {} : { failMode: stored.failMode }),
    createdAt: stored.createdAt,
    expiresAt: stored.expiresAt,
  };
}
