import { createCipheriv, createECDH, hkdfSync } from 'node:crypto';
import type { P256Key } from '../../crypto/index.ts';

/** The keys of a push subscription: the browser's point of P-256 and its secret of 16 bytes, both in base64url. */
export interface SubscriptionKeys {
  p256dh: string;
  auth: string;
}

/** RFC 8188 §2.1: the length of a record. There is only one, and push services take no more than this (RFC 8030 §7.2). */
const recordSize = 4096;

/** Everything of the body that is not text: the header, the delimiter and the tag of AES-GCM. */
const overhead = 86 + 1 + 16;

/** How many bytes of text a message can have. */
export const longestPush = recordSize - overhead;

/**
 * Seals a text for one browser: `aes128gcm` (RFC 8188) with the keys of Web Push (RFC 8291 §3).
 *
 * @param local a key pair for this message alone
 * @param salt 16 random bytes
 * @returns the body of the request
 * @throws when the browser's point is not on the curve, or the text is too long
 */
export function encryptPush(text: Uint8Array, keys: SubscriptionKeys, local: P256Key, salt: Uint8Array): Buffer {
  if (text.length > longestPush) throw new RangeError(`a push message has at most ${longestPush} bytes`);
  const remote = Buffer.from(keys.p256dh, 'base64url');
  const ecdh = createECDH('prime256v1');
  ecdh.setPrivateKey(local.privateKey);
  const shared = ecdh.computeSecret(remote);

  // RFC 8291 §3.4: who talks to whom goes into the key.
  const pair = Buffer.concat([Buffer.from('WebPush: info\0'), remote, local.publicKey]);
  const input = hkdfSync('sha256', shared, Buffer.from(keys.auth, 'base64url'), pair, 32);

  // RFC 8188 §2.2 and §2.3
  const derive = (info: string, length: number) =>
    Buffer.from(hkdfSync('sha256', Buffer.from(input), salt, Buffer.from(`Content-Encoding: ${info}\0`), length));
  const cipher = createCipheriv('aes-128-gcm', derive('aes128gcm', 16), derive('nonce', 12));

  const header = Buffer.alloc(21);
  header.set(salt);
  header.writeUInt32BE(recordSize, 16);
  header.writeUInt8(local.publicKey.length, 20);
  // RFC 8188 §2: 2 ends the text of the last record.
  const sealed = [cipher.update(text), cipher.update(Buffer.from([2])), cipher.final(), cipher.getAuthTag()];
  return Buffer.concat([header, local.publicKey, ...sealed]);
}
