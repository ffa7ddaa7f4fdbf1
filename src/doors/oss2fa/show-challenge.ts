import type { Challenge, Json, JsonObject } from '../../core/model.ts';
import { challengeStatus } from './status-numbers.ts';
import { timestamp } from './timestamp.ts';

/** A challenge as the wire shows it, by its number. */
export function showChallenge(
  pk: number,
  { state, kind, shown, reference, createdAt, expiresAt }: Challenge,
): JsonObject {
  return {
    pk,
    status: challengeStatus[state],
    public_details: publicDetails(kind, shown),
    reference,
    created_at: timestamp(createdAt),
    expires_at: timestamp(expiresAt),
  };
}

/** What the user has to see or his browser to sign, beside the name that it has in an enrollment. */
function publicDetails(kind: string, shown: JsonObject | undefined): Json {
  if (kind === 'webauthn' && shown !== undefined) return { authentication_request: shown['publicKey'] ?? null };
  return shown ?? null;
}
