import { createPublicKey } from 'node:crypto';
import { calculateJwkThumbprint, exportJWK, type JWK, SignJWT } from 'jose';
import type { IntegrationCaller } from '../../engine/engine.ts';
import type { PageParts } from '../parts.ts';

/** How long a result is good: the way of a browser from one page to the next. */
const lifeSeconds = 60;

/** What a page tells the integration in the end. */
export interface PortalResult {
  /** `challenge`: somebody has proven who he is. `enrollment`: a device was added, which proves nothing else. */
  sort: 'challenge' | 'enrollment';
  /** Id of the challenge that was passed, or of the enrollment. It is at most once in a result. */
  id: string;
  /** The name of the user. */
  user: string;
  /** What was done to prove; of a challenge only. */
  method?: string;
  /** The id that the integration began with, where another device was chosen on the way. */
  begunAs?: string;
  /** What the integration gave to be echoed. */
  state?: string | undefined;
}

/** Authentication method references (RFC 8176 §2) of what we call our methods. */
const references: Readonly<Record<string, readonly string[]>> = {
  totp: ['otp'],
  hotp: ['otp'],
  email: ['otp'],
  sms: ['otp', 'sms'],
  yubikey: ['otp', 'hwk'],
  webauthn: ['pop'],
  push: ['pop'],
  'recovery-code': ['otp'],
  'temporary-access-pass': ['otp'],
};

/** Who signs results: the value of `iss`, below which the keys are found. */
export function issuerOf({ publicUrl }: Pick<PageParts, 'publicUrl'>): string {
  return `${publicUrl()}/portal`;
}

/**
 * A result as a signed token (RFC 7519, EdDSA of RFC 8037). The type in its header and the name of its id keep a result of one sort from
 * being taken for the other (RFC 8725 §3.11).
 */
export async function signResult(parts: PageParts, caller: IntegrationCaller, result: PortalResult): Promise<string> {
  const { sort, id, user, method, begunAs, state } = result;
  const now = Math.floor(parts.clock.now() / 1000);
  const key = parts.engine.portalTickets.signingKey();
  const { kid = '' } = await publicJwk(parts);
  return new SignJWT({
    [sort]: id,
    ...(begunAs === undefined || begunAs === id ? {} : { begun_as: begunAs }),
    ...(method === undefined ? {} : { method, amr: [...(references[method] ?? [method])] }),
    ...(state === undefined ? {} : { nonce: state }),
  })
    .setProtectedHeader({ alg: 'EdDSA', typ: `${sort}-result+jwt`, kid })
    .setIssuer(issuerOf(parts))
    .setAudience(caller.integration.id)
    .setSubject(user)
    .setIssuedAt(now)
    .setExpirationTime(now + lifeSeconds)
    .setJti(id)
    .sign(key);
}

/** The key that verifies results (RFC 7517, RFC 8037). Its id is its thumbprint (RFC 7638). */
export async function publicJwk({ engine }: Pick<PageParts, 'engine'>): Promise<JWK> {
  const jwk = await exportJWK(createPublicKey(engine.portalTickets.signingKey()));
  return { ...jwk, kid: await calculateJwkThumbprint(jwk), alg: 'EdDSA', use: 'sig' };
}
