import { invalidParameter } from '../core/errors.ts';

const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';

/** Base32 of RFC 4648 §6 in upper case, without padding: the form that authenticator apps take. */
export function encodeBase32(bytes: Uint8Array): string {
  let text = '';
  let buffer = 0;
  let bits = 0;
  for (const byte of bytes) {
    buffer = ((buffer & 0x1f) << 8) | byte;
    for (bits += 8; bits >= 5; bits -= 5) text += alphabet.charAt((buffer >> (bits - 5)) & 0x1f);
  }
  return bits === 0 ? text : text + alphabet.charAt((buffer << (5 - bits)) & 0x1f);
}

/**
 * Reads base32 as people type it: either case, in groups parted by blanks, tabs or hyphens, with or without padding.
 *
 * Everything else is refused, so that one secret has one canonical text: digits that are not in the alphabet (`0`, `1`,
 * `8` and `9` are never guessed to be letters), wrong padding, impossible lengths, non-zero trailing bits, an empty text.
 *
 * @throws CountersignError `invalid_parameters`; the message never repeats the text, which is a secret
 */
export function decodeBase32(text: string): Uint8Array {
  const compact = text.replaceAll(/[ \t-]/g, '');
  const digits = compact.replace(/=+$/, '');
  if (digits === '') throw refusal('is empty');
  // Without the `u` flag, `i` never folds a non-ASCII letter onto an ASCII one.
  if (!/^[A-Z2-7]+$/i.test(digits)) throw refusal('holds a character that is not base32');

  const rest = digits.length % 8;
  if (rest === 1 || rest === 3 || rest === 6) throw refusal('has an impossible length');
  if (digits.length !== compact.length && (rest === 0 || compact.length !== digits.length + 8 - rest))
    throw refusal('has wrong padding');

  const bytes = new Uint8Array(Math.floor((digits.length * 5) / 8));
  let buffer = 0;
  let bits = 0;
  let length = 0;
  for (const digit of digits.toUpperCase()) {
    buffer = ((buffer & 0xff) << 5) | alphabet.indexOf(digit);
    bits += 5;
    if (bits >= 8) {
      bits -= 8;
      bytes[length++] = buffer >> bits;
    }
  }
  if ((buffer & ((1 << bits) - 1)) !== 0) throw refusal('has non-zero trailing bits');
  return bytes;
}

function refusal(message: string) {
  return invalidParameter('secret', message);
}
