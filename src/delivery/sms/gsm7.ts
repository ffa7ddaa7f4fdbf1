/** The default alphabet (3GPP TS 23.038 §6.2.1), in the order of its codes. Place 27 is the escape. */
const basic =
  '@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞ\u001BÆæßÉ !"#¤%&\'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà';

const escape = 0x1b;

/** Characters of two septets: the escape, then this one (3GPP TS 23.038 §6.2.1.1). */
const extended: Readonly<Record<string, number>> = {
  '\f': 0x0a,
  '^': 0x14,
  '{': 0x28,
  '}': 0x29,
  '\\': 0x2f,
  '[': 0x3c,
  '~': 0x3d,
  ']': 0x3e,
  '|': 0x40,
  '€': 0x65,
};

/** What typographers and keyboards put in the place of a character of the alphabet. */
const plainForms: Readonly<Record<string, string>> = {
  '‘': "'",
  '’': "'",
  '‚': "'",
  '‛': "'",
  '´': "'",
  '`': "'",
  '“': '"',
  '”': '"',
  '„': '"',
  '«': '"',
  '»': '"',
  '‐': '-',
  '‑': '-',
  '‒': '-',
  '–': '-',
  '—': '-',
  '…': '...',
  '•': '-',
  '·': '.',
  ç: 'Ç',
};

/** The septets of a character; undefined when the alphabet does not have it. */
function septetsOf(character: string): readonly number[] | undefined {
  const place = basic.indexOf(character);
  if (place >= 0 && place !== escape) return [place];
  const second = extended[character];
  return second === undefined ? undefined : [escape, second];
}

/** A text in the GSM 7-bit default alphabet, a septet per byte, each character apart; undefined when it has others. */
export function gsm7Characters(text: string): (readonly number[])[] | undefined {
  const characters: (readonly number[])[] = [];
  for (const character of text) {
    const septets = septetsOf(character);
    if (septets === undefined) return undefined;
    characters.push(septets);
  }
  return characters;
}

/**
 * The text in the default alphabet where that loses nothing but looks: curly quotes become straight, a letter that the alphabet has not
 * with its mark is written without. Otherwise the text as it came: one letter of another script makes all of it UCS-2.
 */
export function foldToGsm7(text: string): string {
  const folded = Array.from(text.normalize('NFC'), (character) => {
    if (septetsOf(character) !== undefined) return character;
    const plain = plainForms[character] ?? (/\p{Zs}/u.test(character) ? ' ' : undefined);
    return plain ?? character.normalize('NFD').replace(/\p{Mn}/gu, '');
  }).join('');
  return gsm7Characters(folded) === undefined ? text : folded;
}
