import type { Challenge, JsonObject } from '../../core/model.ts';
import type { Caller, Engine } from '../../engine/engine.ts';
import { numberOf } from './object-numbers.ts';
import { challengeStatus } from './status-numbers.ts';
import { timestamp } from './timestamp.ts';

/** A challenge as the wire shows it. */
export async function showChallenge(engine: Engine, caller: Caller, challenge: Challenge): Promise<JsonObject> {
  const { id, state, shown, reference, createdAt, expiresAt } = challenge;
  return {
    pk: await numberOf(engine, caller, 'challenge', id),
    status: challengeStatus[state],
    public_details: shown ?? null,
    reference,
    created_at: timestamp(createdAt),
    expires_at: timestamp(expiresAt),
  };
}
