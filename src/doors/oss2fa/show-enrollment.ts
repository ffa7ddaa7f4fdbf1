import type { Enrollment, Json, JsonObject } from '../../core/model.ts';
import type { Engine, IntegrationCaller } from '../../engine/engine.ts';
import { enrollmentLink } from './portal-url.ts';
import { numberOf } from './object-numbers.ts';
import { enrollmentStatus } from './status-numbers.ts';
import { timestamp } from './timestamp.ts';

/** An enrollment as the wire shows it, by its number. */
export async function showEnrollment(
  engine: Engine,
  caller: IntegrationCaller,
  pk: number,
  enrollment: Enrollment,
): Promise<JsonObject> {
  const { id, kind, userName, state, createdAt, expiresAt } = enrollment;
  return {
    pk,
    device_selection: kind === undefined ? null : await numberOf(engine, caller, 'device-selection', id),
    username: userName,
    status: enrollmentStatus[state],
    created_at: timestamp(createdAt),
    expires_at: timestamp(expiresAt),
    public_details: publicDetails(enrollment),
    ...enrollmentLink(engine, caller, enrollment),
  };
}

/** What the user has to see. Of a key only while the enrollment is prepared; its place stays, empty. */
function publicDetails({ kind, shown }: Enrollment): Json {
  if (kind === 'totp' || kind === 'hotp')
    return { provisioning_uri: shown?.['uri'] ?? '', qr_code: shown?.['qr'] ?? null };
  // The name that it had in the first version of this API; what is in it is WebAuthn's.
  if (kind === 'webauthn') return shown === undefined ? null : { registration_request: shown['publicKey'] ?? null };
  return shown ?? null;
}
