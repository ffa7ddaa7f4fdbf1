import { maximumPasswordLength, normalisePassword } from './password.ts';

/** Why a new password is refused. */
export type PasswordIssue = 'not_text' | 'too_short' | 'too_long' | 'too_simple' | 'too_common' | 'about_you';

export interface PasswordRules {
  /** Code points; default 12, at least 8 (NIST SP 800-63B §3.1.1.2). */
  minimumLength?: number;
}

/**
 * What is wrong with a new password; an empty list is a good one. There are no composition rules (NIST SP 800-63B
 * §3.1.1.2): length counts, and not being what an attacker tries first.
 *
 * @param context what is known about the person and the service: user name, e-mail address, name, service name
 */
export function passwordIssues(
  password: string,
  context: readonly string[],
  rules: PasswordRules = {},
): PasswordIssue[] {
  const minimumLength = Math.max(rules.minimumLength ?? 12, 8);
  const length = Array.from(password.normalize('NFC')).length;
  if (length > maximumPasswordLength) return ['too_long'];
  if (length === 0) return ['too_short'];
  const normal = normalisePassword(password);
  if (normal === undefined) return ['not_text'];

  const issues: PasswordIssue[] = [];
  const folded = fold(normal);
  const forms = [folded, ...stemsOf(folded)];
  if (length < minimumLength) issues.push('too_short');
  if (isSimple(folded)) issues.push('too_simple');
  else if (forms.some((form) => commonWords.has(form))) issues.push('too_common');
  if (context.flatMap(contextWords).some((word) => forms.includes(word))) issues.push('about_you');
  return issues;
}

/** What people take for a password when nobody stops them, as {@link stemsOf} leaves it. */
const commonWords = new Set(
  (
    'password passwort kennwort motdepasse contrasena passphrase pass mypassword thisismypassword secret geheim ' +
    'topsecret letmein welcome willkommen bienvenue hello changeme changeit default admin administrator root toor ' +
    'login user guest test testing temp temporary qwerty qwertz azerty qwertyuiop iloveyou sunshine princess dragon ' +
    'monkey football baseball basketball superman batman pokemon starwars master shadow michael jessica charlie ' +
    'trustno whatever freedom correcthorsebatterystaple access server database company office spring summer autumn ' +
    'winter fruhling sommer herbst january february march april june july august september october november december ' +
    'computer internet samsung google facebook linkedin countersign'
  ).split(' '),
);

const keyboardRows = [
  '1234567890',
  'qwertyuiopasdfghjklzxcvbnm',
  'qwertzuiopasdfghjklyxcvbnm',
  'azertyuiopqsdfghjklmwxcvbn',
];
const sequences = [...keyboardRows, 'abcdefghijklmnopqrstuvwxyz', '0123456789'].map((row) => row + row);

/** One character or a short group repeated, or a run along the alphabet, the digits or the keyboard. */
function isSimple(folded: string): boolean {
  if (/^(.{1,4})\1+$/su.test(folded)) return true;
  const reversed = Array.from(folded).toReversed().join('');
  return folded.length > 3 && sequences.some((row) => row.includes(folded) || row.includes(reversed));
}

/** Without what people add to a word to make it pass: digits and signs around it, look-alikes, repetition. */
function stemsOf(folded: string): string[] {
  // A sign at the end may stand for a letter or just stand there.
  const trimmed = [/^[^\p{L}@$]+|[^\p{L}@$]+$/gu, /^\P{L}+|\P{L}+$/gu].map((ends) => folded.replace(ends, ''));
  return trimmed.map((text) =>
    text
      .replace(/[@430157$!]/g, (sign) => lookAlikes[sign] ?? sign)
      .replace(/[\s._-]/g, '')
      .replace(/^(.+?)\1+$/su, '$1'),
  );
}

const lookAlikes: Readonly<Record<string, string>> = {
  '@': 'a',
  '4': 'a',
  '3': 'e',
  '0': 'o',
  '1': 'i',
  '5': 's',
  '7': 't',
  $: 's',
  '!': 'i',
};

/** A word of fewer than three letters would refuse by accident. */
function contextWords(text: string): string[] {
  const folded = fold(text);
  const words = [folded, folded.split('@', 1)[0] ?? '', ...folded.split(/\s+/)];
  return words.flatMap((word) => [word, ...stemsOf(word)]).filter((word) => word.length >= 3);
}

/** Without case, accents and compatibility forms. */
function fold(text: string): string {
  return text.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase();
}
