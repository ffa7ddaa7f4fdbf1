import type { JsonObject } from '../../core/model.ts';

/** How the secrets of a file are written. `auto`: as each one looks. */
export type SecretEncoding = 'auto' | 'base32' | 'hex';
export const secretEncodings: readonly SecretEncoding[] = ['auto', 'base32', 'hex'];

/** Shorter hexadecimal is no secret that any kind takes (80 bits), so it must be base32. */
const shortestHex = 20;

/** The option of a device kind that a written secret is; a text when it could be both and nobody has said which. */
export function readSecret(text: string, encoding: SecretEncoding): JsonObject | string {
  if (encoding !== 'auto') return encoding === 'hex' ? { secretHex: text } : { secret: text };
  const hex = /^(?:[0-9a-f]{2})+$/i.test(text) && text.length >= shortestHex;
  const base32 = /^[a-z2-7\s-]+=*$/i.test(text);
  if (hex && base32)
    return 'can be read as base32 and as hexadecimal: say which with --secrets base32 or --secrets hex';
  return hex ? { secretHex: text } : { secret: text };
}
