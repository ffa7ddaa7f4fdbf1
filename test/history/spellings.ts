import { decodeBase32, encodeBase32 } from '../../src/otp/index.ts';

/** Shorter pieces turn up by chance. */
const shortest = 8;

/**
 * How a secret may be written: as it is, and in base64, base64url, hex and base32, also in the middle of a longer text in that encoding. A
 * secret that is base32 or hex itself stands for its bytes, too.
 */
export function spellingsOf(secret: string): { exact: string[]; anyCase: string[] } {
  const exact = new Set([secret]);
  const anyCase = new Set<string>();
  for (const bytes of [Buffer.from(secret), ...decodedFrom(secret)]) {
    for (const text of cutsOf(bytes, 3, (padded) => padded.toString('base64'), 6)) {
      exact.add(text);
      exact.add(text.replaceAll('+', '-').replaceAll('/', '_'));
    }
    anyCase.add(bytes.toString('hex'));
    for (const text of cutsOf(bytes, 5, (padded) => encodeBase32(padded), 5)) anyCase.add(text.toLowerCase());
  }
  exact.delete('');
  const long = (text: string) => text === secret || text.length >= shortest;
  return { exact: [...exact].filter(long), anyCase: [...anyCase].filter(long) };
}

/** The bytes that the secret spells, where it looks like such a spelling. */
function decodedFrom(secret: string): Buffer[] {
  const found: Buffer[] = [];
  if (/^(?:[0-9a-f]{2}){8,}$/i.test(secret)) found.push(Buffer.from(secret, 'hex'));
  try {
    if (secret.length >= 16) found.push(Buffer.from(decodeBase32(secret)));
  } catch {
    // It is not base32, and nobody has said that it was.
  }
  return found;
}

/** The bytes in an encoding at each place in a group of `group` bytes, without the digits that the bytes around them share in. */
function cutsOf(bytes: Buffer, group: number, encode: (bytes: Buffer) => string, bits: number): string[] {
  return Array.from({ length: group }, (_, offset) => {
    const text = encode(Buffer.concat([Buffer.alloc(offset), bytes])).replaceAll('=', '');
    return text.slice(Math.ceil((offset * 8) / bits), Math.floor(((offset + bytes.length) * 8) / bits));
  });
}
