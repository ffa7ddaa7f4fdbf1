import { createCipheriv, createDecipheriv, type KeyObject } from 'node:crypto';
import type { Random } from '../core/random.ts';

const algorithm = 'aes-256-gcm';
const nonceLength = 12;
const authTagLength = 16;

/** What {@link encrypt} adds to the length of its plaintext, in bytes. */
export const aeadOverhead = nonceLength + authTagLength;

/**
 * AES-256-GCM with a random nonce (NIST SP 800-38D §8.2.2): nonce, ciphertext and tag in one piece. One key is good for
 * 2^32 calls before a repeated nonce is as likely as that standard tolerates.
 */
export function encrypt(key: KeyObject, associated: Uint8Array, plaintext: Uint8Array, random: Random): Buffer {
  const nonce = random.bytes(nonceLength);
  const cipher = createCipheriv(algorithm, key, nonce, { authTagLength });
  cipher.setAAD(associated);
  return Buffer.concat([nonce, cipher.update(plaintext), cipher.final(), cipher.getAuthTag()]);
}

/** What was encrypted, or undefined when key, associated data or any bit of `sealed` differ. */
export function decrypt(key: KeyObject, associated: Uint8Array, sealed: Uint8Array): Buffer | undefined {
  if (sealed.length < aeadOverhead) return undefined;
  const decipher = createDecipheriv(algorithm, key, sealed.subarray(0, nonceLength), { authTagLength });
  decipher.setAAD(associated);
  decipher.setAuthTag(sealed.subarray(-authTagLength));
  const plaintext = decipher.update(sealed.subarray(nonceLength, -authTagLength));
  try {
    // Checks the tag; GCM holds no bytes back.
    decipher.final();
    return plaintext;
  } catch {
    return undefined;
  }
}
