import type { Challenge, JsonObject } from '../../core/model.ts';
import { challengeStatus } from './status-numbers.ts';
import { timestamp } from './timestamp.ts';

/** A challenge as the wire shows it, by its number. */
export function showChallenge(pk: number, { state, shown, reference, createdAt, expiresAt }: Challenge): JsonObject {
  return {
    pk,
    status: challengeStatus[state],
    public_details: shown ?? null,
    reference,
    created_at: timestamp(createdAt),
    expires_at: timestamp(expiresAt),
  };
}
