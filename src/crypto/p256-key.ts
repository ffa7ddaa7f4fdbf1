import { createECDH, createPrivateKey, type KeyObject } from 'node:crypto';

/** The order of P-256 (SP 800-186 §3.2.1.3). */
const order = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n;

/** Both halves of a key pair of P-256: a number of 32 bytes, and a point of 65 that is not compressed. */
export interface P256Key {
  privateKey: Buffer;
  publicKey: Buffer;
}

/**
 * The key pair that these 48 bytes lead to: random ones, or those of a key derivation, which then always gives the same pair. 128 bits more
 * than the order has leave no bias worth the name (FIPS 186-5 A.2.1).
 */
export function p256Key(seed: Uint8Array): P256Key {
  if (seed.length !== 48) throw new TypeError('a key pair of P-256 is made of 48 bytes');
  const number = (BigInt(`0x${Buffer.from(seed).toString('hex')}`) % (order - 1n)) + 1n;
  const privateKey = Buffer.from(number.toString(16).padStart(64, '0'), 'hex');
  const ecdh = createECDH('prime256v1');
  ecdh.setPrivateKey(privateKey);
  return { privateKey, publicKey: ecdh.getPublicKey() };
}

/** The pair as a key that signs with ES256 (RFC 7518 §6.2). */
export function p256SigningKey({ privateKey, publicKey }: P256Key): KeyObject {
  return createPrivateKey({
    format: 'jwk',
    key: {
      kty: 'EC',
      crv: 'P-256',
      d: privateKey.toString('base64url'),
      x: publicKey.subarray(1, 33).toString('base64url'),
      y: publicKey.subarray(33).toString('base64url'),
    },
  });
}
