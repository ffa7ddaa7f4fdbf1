import { hash } from 'node:crypto';
import { invalidParameter } from '../core/errors.ts';
import { checkInteger, type OtpAlgorithm, otpDigits } from './algorithm.ts';

/** What makes the codes of one device; the moving factor comes apart. */
export interface CodeOptions {
  /** The shared key as raw bytes; never empty. RFC 4226 R6 asks for 16 bytes at least. */
  secret: Uint8Array;
  /** Length of a code, 6 to 10. Default 6. */
  digits?: number | undefined;
  /** Default `SHA1`. */
  algorithm?: OtpAlgorithm | undefined;
}

const hashes = {
  SHA1: { name: 'sha1', block: 64, size: 20 },
  SHA256: { name: 'sha256', block: 64, size: 32 },
  SHA512: { name: 'sha512', block: 128, size: 64 },
} as const;

/**
 * A function from the moving factor to the code (RFC 4226 §5.3).
 *
 * The HMAC (RFC 2104) is two one-shot hashes over pads that are made once per generator: judging a window of three steps
 * costs a third of three `createHmac`, and the tests hold it against `createHmac`.
 *
 * @throws CountersignError `invalid_parameters` for an empty secret, digits out of range or an unknown algorithm; the
 *   generator throws it for a counter that is not an unsigned 64-bit number
 */
export function codeGenerator(options: CodeOptions): (counter: number | bigint) => string {
  const { secret, digits = otpDigits.default, algorithm = 'SHA1' } = options;
  if (secret.length === 0) throw invalidParameter('secret', 'is empty');
  checkInteger('digits', digits, otpDigits.min, otpDigits.max);
  if (!Object.hasOwn(hashes, algorithm)) throw invalidParameter('algorithm', 'must be SHA1, SHA256 or SHA512');

  const { name, block, size } = hashes[algorithm];
  const key = secret.length > block ? hash(name, secret, 'buffer') : secret;
  const inner = new Uint8Array(block + 8).fill(0x36, 0, block);
  const outer = new Uint8Array(block + size).fill(0x5c, 0, block);
  key.forEach((byte, index) => {
    inner[index] = byte ^ 0x36;
    outer[index] = byte ^ 0x5c;
  });
  const message = new DataView(inner.buffer, block);
  const modulus = 10 ** digits;

  return (counter) => {
    writeCounter(message, counter);
    // Strings of bytes ('binary') leave the native side much faster than buffers do.
    const digest = hash(name, inner, 'binary');
    for (let index = 0; index < size; index++) outer[block + index] = digest.charCodeAt(index);
    return String(truncate(hash(name, outer, 'binary')) % modulus).padStart(digits, '0');
  };
}

/** The counter as the 8 bytes, high byte first, of RFC 4226 §5.2. */
function writeCounter(message: DataView, counter: number | bigint): void {
  if (typeof counter === 'bigint') {
    if (counter < 0n || counter >= 1n << 64n) throw invalidParameter('counter', 'must fit 64 bits, unsigned');
    message.setBigUint64(0, counter);
    return;
  }
  checkInteger('counter', counter, 0);
  message.setUint32(0, Math.floor(counter / 2 ** 32));
  message.setUint32(4, counter % 2 ** 32);
}

/** Dynamic truncation (RFC 4226 §5.3): 31 bits from where the last nibble points. `mac` is a string of bytes. */
export function truncate(mac: string): number {
  const offset = mac.charCodeAt(mac.length - 1) & 0x0f;
  return (
    ((mac.charCodeAt(offset) & 0x7f) << 24) |
    (mac.charCodeAt(offset + 1) << 16) |
    (mac.charCodeAt(offset + 2) << 8) |
    mac.charCodeAt(offset + 3)
  );
}
