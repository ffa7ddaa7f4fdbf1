import { CountersignError } from '../core/errors.ts';
import type { Random } from '../core/random.ts';
import { aeadOverhead, decrypt, encrypt } from './aead.ts';
import { decodeBase64url, encodeBase64url } from './base64url.ts';
import type { KeyRing } from './key-ring.ts';
import { lengthPrefixed } from './length-prefixed.ts';

/** Where a sealed value stands. It opens there and nowhere else (SEC-02). `row` is the primary key of the row. */
export interface SealedPlace {
  tenant: string;
  table: string;
  column: string;
  row: string;
}

/**
 * Seals a secret for one place in the database: `v1.<key id>.<base64url of nonce, ciphertext, tag>`, AES-256-GCM under
 * the active key.
 *
 * @param plaintext well-formed Unicode
 */
export function seal(ring: KeyRing, place: SealedPlace, plaintext: string, random: Random): string {
  const keyId = ring.activeKeyId;
  const key = ring.sealingKey(keyId);
  if (key === undefined) throw new CountersignError('misconfigured', { detail: 'the active sealing key is missing' });
  const sealed = encrypt(key, associatedData(keyId, place), Buffer.from(plaintext, 'utf8'), random);
  return `v1.${keyId}.${encodeBase64url(sealed)}`;
}

/**
 * Opens what {@link seal} made for the same place.
 *
 * @throws `sealed_value_invalid` when it was altered, moved, or sealed with a key that is not on the ring
 */
export function open(ring: KeyRing, place: SealedPlace, sealed: string): string {
  const parts = parseSealed(sealed);
  if (parts === undefined) throw invalid(place, 'not a sealed value');
  const key = ring.sealingKey(parts.keyId);
  if (key === undefined) throw invalid(place, `the sealing key ${parts.keyId} is not in the key file`);
  const plaintext = decrypt(key, associatedData(parts.keyId, place), parts.bytes);
  if (plaintext === undefined) throw invalid(place, 'altered, or sealed for another place');
  return plaintext.toString('utf8');
}

/** The id of the key that a value was sealed with; undefined when it is not a sealed value. */
export function sealedKeyId(sealed: string): string | undefined {
  return parseSealed(sealed)?.keyId;
}

/**
 * Seals a value again under the active key; one that already is comes back as it was. Both are opened first, so a value
 * that cannot be opened is found here and not when it is needed.
 *
 * @throws `sealed_value_invalid` as {@link open} does
 */
export function reseal(ring: KeyRing, place: SealedPlace, sealed: string, random: Random): string {
  const plaintext = open(ring, place, sealed);
  return sealedKeyId(sealed) === ring.activeKeyId ? sealed : seal(ring, place, plaintext, random);
}

function parseSealed(sealed: string): { keyId: string; bytes: Buffer } | undefined {
  const [, keyId, body] = /^v1\.([A-Za-z0-9_-]{1,32})\.([A-Za-z0-9_-]+)$/.exec(sealed) ?? [];
  if (keyId === undefined || body === undefined) return undefined;
  const bytes = decodeBase64url(body);
  return bytes === undefined || bytes.length < aeadOverhead ? undefined : { keyId, bytes };
}

function associatedData(keyId: string, place: SealedPlace): Buffer {
  return lengthPrefixed(['v1', keyId, place.tenant, place.table, place.column, place.row]);
}

function invalid(place: SealedPlace, reason: string): CountersignError {
  const where = `${place.table}.${place.column} of ${place.row} in ${place.tenant}`;
  return new CountersignError('sealed_value_invalid', { detail: `${where}: ${reason}` });
}
