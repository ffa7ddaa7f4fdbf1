import { SignJWT } from 'jose';
import type { PushKey } from '../../crypto/index.ts';
import type { Time } from '../../core/model.ts';

/** Half of the 24 hours that RFC 8292 §2 allows, in seconds. */
const life = 12 * 60 * 60;

/**
 * Tells a push service who sends, so that nobody else can use the subscriptions (RFC 8292).
 *
 * @param subject how its operator reaches ours: `mailto:` or `https:`
 * @returns the value of the header `Authorization`
 */
export async function vapidAuthorization(key: PushKey, endpoint: string, subject: string, now: Time): Promise<string> {
  const token = await new SignJWT()
    .setProtectedHeader({ typ: 'JWT', alg: 'ES256' })
    .setAudience(new URL(endpoint).origin)
    .setExpirationTime(Math.floor(now / 1000) + life)
    .setSubject(subject)
    .sign(key.signing);
  return `vapid t=${token}, k=${key.publicKey}`;
}
