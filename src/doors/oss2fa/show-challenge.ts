import type { Challenge, Json, JsonObject } from '../../core/model.ts';
import type { Engine, IntegrationCaller } from '../../engine/engine.ts';
import { challengeLink } from './portal-url.ts';
import { challengeStatus } from './status-numbers.ts';
import { timestamp } from './timestamp.ts';

/** A challenge as the wire shows it, by its number. */
export function showChallenge(engine: Engine, caller: IntegrationCaller, pk: number, challenge: Challenge): JsonObject {
  const { state, kind, shown, reference, createdAt, expiresAt } = challenge;
  return {
    pk,
    status: challengeStatus[state],
    public_details: publicDetails(kind, shown),
    reference,
    created_at: timestamp(createdAt),
    expires_at: timestamp(expiresAt),
    ...challengeLink(engine, caller, challenge),
  };
}

/** What the user has to see or his browser to sign, beside the name that it has in an enrollment. */
function publicDetails(kind: string, shown: JsonObject | undefined): Json {
  if (kind === 'webauthn' && shown !== undefined) return { authentication_request: shown['publicKey'] ?? null };
  return shown ?? null;
}
