import { invalidParameter } from '../core/errors.ts';

/** Hexadecimal in letters that stand on the same keys of most keyboards: how a YubiKey types. */
const alphabet = 'cbdefghijklnrtuv';

/** The bytes as modhex, two letters each. */
export function encodeModhex(bytes: Uint8Array): string {
  let text = '';
  for (const byte of bytes) text += alphabet.charAt(byte >> 4) + alphabet.charAt(byte & 15);
  return text;
}

/** Whether the text is modhex in lower case, of whole bytes. */
export function isModhex(text: string): boolean {
  return text.length % 2 === 0 && /^[cbdefghijklnrtuv]*$/.test(text);
}

/**
 * Reads modhex in lower case.
 *
 * @throws CountersignError `invalid_parameters`
 */
export function decodeModhex(text: string): Uint8Array {
  if (!isModhex(text)) throw invalidParameter('modhex', 'is not modhex');
  return Uint8Array.from({ length: text.length / 2 }, (_, index) => {
    const high = alphabet.indexOf(text.charAt(2 * index));
    return (high << 4) | alphabet.indexOf(text.charAt(2 * index + 1));
  });
}
