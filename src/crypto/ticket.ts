import type { Random } from '../core/random.ts';
import { decrypt, encrypt } from './aead.ts';
import { decodeBase64url, encodeBase64url } from './base64url.ts';
import type { KeyRing } from './key-ring.ts';
import { lengthPrefixed } from './length-prefixed.ts';

/** Milliseconds since 1970 in 48 bits, ahead of the payload. */
const expiryLength = 6;

/**
 * A sealed ticket: state that a stranger carries for us and can neither read nor change, so that any node can go on where
 * another began. It does not make anything single-use: that takes a row.
 *
 * @param purpose what the ticket is for; it opens for no other purpose
 * @param payload anything that JSON can carry. The ticket is 46 characters and 4/3 of the JSON long.
 * @param expiresAt milliseconds since the epoch
 * @returns base64url
 */
export function sealTicket(
  ring: KeyRing,
  purpose: string,
  payload: unknown,
  expiresAt: number,
  random: Random,
): string {
  const expiry = Buffer.alloc(expiryLength);
  expiry.writeUIntBE(expiresAt, 0, expiryLength);
  const plaintext = Buffer.concat([expiry, Buffer.from(JSON.stringify(payload), 'utf8')]);
  return encodeBase64url(encrypt(ring.ticketKey(), associatedData(purpose), plaintext, random));
}

/**
 * The payload of a ticket of this purpose; undefined when it is forged, altered or expired.
 *
 * @param now milliseconds since the epoch
 */
export function openTicket(ring: KeyRing, purpose: string, text: string, now: number): unknown {
  const sealed = decodeBase64url(text);
  if (sealed === undefined) return undefined;
  const plaintext = decrypt(ring.ticketKey(), associatedData(purpose), sealed);
  if (plaintext === undefined || plaintext.readUIntBE(0, expiryLength) <= now) return undefined;
  return JSON.parse(plaintext.toString('utf8', expiryLength));
}

function associatedData(purpose: string): Buffer {
  return lengthPrefixed(['ticket', 'v1', purpose]);
}
