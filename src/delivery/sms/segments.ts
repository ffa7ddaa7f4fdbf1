import { gsm7Characters } from './gsm7.ts';

/** A text as it goes over the air: one segment of 140 octets, or several that a telephone puts together (3GPP TS 23.040 §9.2.3.24.1). */
export interface Segments {
  alphabet: 'gsm7' | 'ucs2';
  /** What each segment says: a septet per byte, or UTF-16 with the high byte first. */
  parts: Uint8Array[];
}

/** What one segment holds alone, and beside the six octets that number several. */
const room = { gsm7: { alone: 160, beside: 153 }, ucs2: { alone: 140, beside: 134 } };

/** Cuts a text into segments, never through a character. */
export function segmentsOf(text: string): Segments {
  const septets = gsm7Characters(text);
  const characters = septets ?? Array.from(text, (character) => [...Buffer.from(character, 'utf16le').swap16()]);
  const alphabet = septets === undefined ? 'ucs2' : 'gsm7';
  const { alone, beside } = room[alphabet];
  const all = characters.flat();
  if (all.length <= alone) return { alphabet, parts: [Uint8Array.from(all)] };
  const parts: number[][] = [[]];
  for (const bytes of characters) {
    const last = parts.at(-1);
    if (last !== undefined && last.length + bytes.length <= beside) last.push(...bytes);
    else parts.push([...bytes]);
  }
  return { alphabet, parts: parts.map((part) => Uint8Array.from(part)) };
}

/** Whether a text, once folded, costs no more than one message. */
export function isOneSegment(text: string): boolean {
  return segmentsOf(text).parts.length === 1;
}
