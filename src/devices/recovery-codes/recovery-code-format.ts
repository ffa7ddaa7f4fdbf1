import { type Random, randomText } from '../../core/random.ts';

/** `grouped`: 16 characters of Crockford's base32, 80 bits. `uuid`: the 32 digits of a version-4 UUID, 122 bits. */
export const recoveryCodeFormats = ['grouped', 'uuid'] as const;
export type RecoveryCodeFormat = (typeof recoveryCodeFormats)[number];

const alphabet = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';

/** A new recovery code as it is shown: `XXXX-XXXX-XXXX-XXXX`, or 32 lower-case hexadecimal digits. */
export function newRecoveryCode(random: Random, format: RecoveryCodeFormat): string {
  if (format === 'grouped') return [0, 1, 2, 3].map(() => randomText(random, 4, alphabet)).join('-');
  const bytes = Buffer.from(random.bytes(16));
  bytes.writeUInt8((bytes.readUInt8(6) & 0x0f) | 0x40, 6); // version 4 (RFC 9562 §5.4)
  bytes.writeUInt8((bytes.readUInt8(8) & 0x3f) | 0x80, 8); // variant
  return bytes.toString('hex');
}

/**
 * The one text under which all spellings of a code are kept, or undefined when it cannot be a code of this format.
 * Either case is good; of a grouped code, o is read as 0, and i and l as 1 (Crockford).
 *
 * @param code without blanks and hyphens; see `typedCode`
 */
export function canonicalRecoveryCode(code: string, format: RecoveryCodeFormat): string | undefined {
  // Judged before its case is folded: letters of other scripts may fold onto ASCII.
  if (format === 'uuid') return /^[0-9A-Fa-f]{32}$/.test(code) ? code.toLowerCase() : undefined;
  if (!/^[0-9A-TV-Za-tv-z]{16}$/.test(code)) return undefined;
  return code.toLowerCase().replaceAll('o', '0').replaceAll(/[il]/g, '1');
}
