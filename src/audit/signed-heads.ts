import { createPublicKey, type KeyObject, verify } from 'node:crypto';
import { invalidParameter } from '../core/errors.ts';
import { type AuditHead, headBytes } from './audit-head.ts';

/**
 * The public key that heads are checked with.
 *
 * @throws CountersignError `invalid_parameters` when it is not an Ed25519 key in PEM.
 */
export function readAuditKey(publicKeyPem: string): KeyObject {
  let key: KeyObject | undefined;
  try {
    key = createPublicKey(publicKeyPem);
  } catch {
    // What OpenSSL says about it names neither the option nor the fix.
  }
  if (key?.asymmetricKeyType !== 'ed25519') throw invalidParameter('publicKeyPem', 'Must be an Ed25519 key in PEM.');
  return key;
}

/** Whether the head was signed by the owner of the key. A signature has one spelling (RFC 4648 §3.5). */
export function isHeadSigned(head: AuditHead, key: KeyObject): boolean {
  const signature = Buffer.from(head.signature, 'base64url');
  return signature.toString('base64url') === head.signature && verify(null, headBytes(head), key, signature);
}
