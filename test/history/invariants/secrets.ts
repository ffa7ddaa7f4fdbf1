import type { Violation } from '../history.ts';
import type { Index } from '../index-evidence.ts';
import { spellingsOf } from '../spellings.ts';

/** I6: no secret is in anything that was written, in no spelling. */
export function checkSecrets({ evidence }: Index): Violation[] {
  const secrets = Object.entries(evidence.secrets ?? {}).map(([name, secret]) => ({ name, ...spellingsOf(secret) }));
  const found: Violation[] = [];
  for (const [place, text] of secrets.length === 0 ? [] : Object.entries(evidence.texts ?? {})) {
    const unescaped = unescape(text);
    const readings = unescaped === text ? [text] : [text, unescaped];
    for (const { name, exact, anyCase } of secrets) {
      const spelled = readings.some((reading) => {
        const lower = reading.toLowerCase();
        return (
          exact.some((spelling) => reading.includes(spelling)) || anyCase.some((spelling) => lower.includes(spelling))
        );
      });
      // The secret itself is not shown: reports are kept.
      if (spelled)
        found.push({ invariant: 'I6', what: `${name} stands in ${place}`, shown: [{ secret: name, place }] });
    }
  }
  return found;
}

/** With what is percent-encoded (RFC 3986 section 2.1) or escaped as JSON has it (RFC 8259 section 7) written plainly. */
function unescape(text: string): string {
  return text
    .replaceAll(/(?:%[0-9a-f]{2})+/gi, (encoded) => Buffer.from(encoded.replaceAll('%', ''), 'hex').toString())
    .replaceAll(/\\u([0-9a-f]{4})/gi, (_, hex: string) => String.fromCharCode(parseInt(hex, 16)))
    .replaceAll(/\\(["\\/])/g, '$1');
}
