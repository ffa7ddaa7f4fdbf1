import { type Random, randomText } from '../../core/random.ts';

/** Crockford's base32: no character can be taken for another. */
const alphabet = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';

/** A new pass as it is shown: `XXXXX-XXXXX-XXXXX`, 75 random bits. */
export function newPassCode(random: Random): string {
  return [0, 1, 2].map(() => randomText(random, 5, alphabet)).join('-');
}

/**
 * The one text under which all spellings of a pass are kept; undefined when it cannot be one. Either case is good; o is read as 0, and i
 * and l as 1 (Crockford).
 *
 * @param code without blanks and hyphens; see `typedCode`
 */
export function canonicalPassCode(code: string): string | undefined {
  // Judged before its case is folded: letters of other scripts may fold onto ASCII.
  if (!/^[0-9A-TV-Za-tv-z]{15}$/.test(code)) return undefined;
  return code.toLowerCase().replaceAll('o', '0').replaceAll(/[il]/g, '1');
}
