import { layoutHtml, note, paragraph } from './layout.ts';
import type { MessageContent } from './message-content.ts';

export interface QuestionValues {
  /** Who asks, as the user knows it. */
  issuer: string;
  user?: string | undefined;
  /** For what, in the words of the integration. */
  reference?: string | undefined;
  /** From which address somebody signs in. */
  ip?: string | undefined;
}

/** Somebody signs in, and the user is to approve it or not: who, from where, for what. The number to match is never in a message. */
export function questionMessage({ issuer, user, reference, ip }: QuestionValues): MessageContent {
  const subject = `Sign-in to ${oneLine(issuer)}`;
  const as = user === undefined ? '' : ` as ${oneLine(user)}`;
  const from = ip === undefined ? '' : ` from ${oneLine(ip)}`;
  const purpose = reference === undefined ? '' : ` (${oneLine(reference)})`;
  const question = `Somebody signs in${as}${from}${purpose}. Is it you? Then open this and enter the number that is shown there.`;
  const warning = 'If it is not you, say so there.';
  return {
    subject,
    text: `${question} ${warning}\n`,
    html: layoutHtml(subject, [paragraph(question), note(warning)]),
    short: `${subject}: ${question}`,
  };
}

/** A name inside a sentence: no line breaks with which it could write lines of its own, and no novel. */
function oneLine(name: string): string {
  const line = name.replace(/[\p{Cc}\p{Zl}\p{Zp}\s]+/gu, ' ').trim();
  return line.length > 100 ? `${line.slice(0, 99).replace(/[\uD800-\uDBFF]$/, '')}…` : line;
}
