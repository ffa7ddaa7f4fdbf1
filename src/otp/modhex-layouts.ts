import { isModhex } from './modhex.ts';

const modhex = 'cbdefghijklnrtuv';

/**
 * What the keys of {@link modhex} type where another keyboard layout is set. A YubiKey sends keys, not letters: modhex is what stands on the
 * same keys in QWERTY, QWERTZ and AZERTY, and these are layouts in which it does not and that share no text with it. Dvorak shares twelve
 * letters: a text of these alone is read as modhex, which happens to one OTP in 10 000, and the owner touches again. Layouts that share
 * more (Colemak, Turkish F) are left out: too many texts could be either.
 */
const layouts: Readonly<Record<string, string>> = {
  dvorak: 'jxe.uidchtnbpygk',
  russian: 'сивуапршолдткегм',
  greek: 'ψβδεφγηιξκλνρτθω',
  hebrew: 'בנגקכעיןחלךמראוה',
  turkishQ: 'cbdefghıjklnrtuv',
};

/**
 * A text that a YubiKey has typed, in modhex, whatever layout of the keyboard was set and whether caps lock was on; undefined when it is
 * none that is known. A text that is modhex already stays what it is.
 */
export function toModhex(typed: string): string | undefined {
  // Letter by letter, because toLowerCase makes a k of the Kelvin sign.
  const text = typed.replaceAll(/[A-Z]/g, (letter) => letter.toLowerCase());
  if (isModhex(text)) return text;
  for (const letters of Object.values(layouts)) {
    const read = translate(text, letters);
    if (read !== undefined && isModhex(read)) return read;
  }
  return undefined;
}

function translate(text: string, letters: string): string | undefined {
  const small = /[a-z.]/.test(letters) ? letters : `${letters}${letters.toUpperCase()}`;
  let read = '';
  for (const letter of text) {
    const place = small.indexOf(letter);
    if (place < 0) return undefined;
    read += modhex.charAt(place % modhex.length);
  }
  return read;
}
