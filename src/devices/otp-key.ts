import { invalidParameter } from '../core/errors.ts';
import type { Random } from '../core/random.ts';
import { type CodeOptions, decodeBase32, type OtpAlgorithm } from '../otp/index.ts';

/** What an authenticator app or token and we both know; sealed with the device. */
export interface OtpKey {
  /** The shared key in base64url. */
  secret: string;
  algorithm: OtpAlgorithm;
  digits: number;
}

/** A shared key of fresh random bytes, in base64url. */
export function newOtpSecret(random: Random, length: number): string {
  return encode(random.bytes(length));
}

/**
 * A shared key that exists already, in base64url: 10 bytes (80 bits, the shortest in use) to 64.
 *
 * @throws CountersignError `invalid_parameters` naming `secret` or `secretHex`; undefined when there is neither
 */
export function adoptedOtpSecret(options: {
  secret?: string | undefined;
  secretHex?: string | undefined;
}): string | undefined {
  const { secret, secretHex } = options;
  if (secret !== undefined && secretHex !== undefined)
    throw invalidParameter('secretHex', 'Give the secret in one form, not in two.');
  if (secret !== undefined) return encode(checkLength('secret', decodeBase32(secret)));
  if (secretHex === undefined) return undefined;
  if (!/^(?:[0-9a-f]{2})*$/i.test(secretHex)) throw invalidParameter('secretHex', 'Must be hexadecimal bytes.');
  return encode(checkLength('secretHex', Buffer.from(secretHex, 'hex')));
}

/** The key as the functions of the room `otp` take it. */
export function codeOptions(key: OtpKey): Required<CodeOptions> {
  return { secret: Buffer.from(key.secret, 'base64url'), algorithm: key.algorithm, digits: key.digits };
}

function checkLength(path: string, bytes: Uint8Array): Uint8Array {
  if (bytes.length < 10 || bytes.length > 64) throw invalidParameter(path, 'Must be 10 to 64 bytes long.');
  return bytes;
}

function encode(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('base64url');
}
