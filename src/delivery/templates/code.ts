import { codeText, nameInText } from './code-text.ts';
import { escapeHtml } from './escape-html.ts';
import { layoutHtml, note, paragraph } from './layout.ts';
import type { MessageContent } from './message-content.ts';

export interface CodeValues {
  /** Secret */
  code: string;
  /** Who asks for the code, as the user knows it. */
  issuer: string;
  /** The user's name. */
  user?: string | undefined;
  /** The life time of the code in minutes. */
  minutes?: string | undefined;
  /** The domain of the site at which the code is entered, for SMS. */
  origin?: string | undefined;
}

/**
 * A code to sign in with. The subject names the issuer and never the code, and the code comes after the first sentences:
 * what a locked screen or a list of mails previews does not give it away (EML-11).
 */
export function codeMessage(values: CodeValues): MessageContent {
  const { code } = values;
  const issuer = oneLine(values.issuer);
  const user = values.user === undefined ? '' : ` as ${oneLine(values.user)}`;
  const subject = `Your code for ${issuer}`;
  const request = `You asked for a code to sign in to ${issuer}${user}. Enter it where you were asked for it, and nowhere else.`;
  const lifetime = values.minutes === undefined ? undefined : minutesText(values.minutes);
  const validity = lifetime === undefined ? 'It works once.' : `It is valid for ${lifetime} and works once.`;
  const warning = 'If you did not try to sign in, tell your administrator. Nobody will ever ask you for this code.';
  return {
    subject,
    text: `${request}\n\n${code}\n\n${validity}\n\n${warning}\n`,
    html: layoutHtml(subject, [paragraph(request), codeBlock(code), paragraph(validity), note(warning)]),
    short: codeText(values, `${code} is your code for ${nameInText(values.issuer)}.`, [
      ...(lifetime === undefined ? [] : [`Valid for ${lifetime}.`]),
      'Do not share it.',
    ]),
  };
}

/** Large, and selected as a whole by one click. */
function codeBlock(code: string): string {
  const style =
    "display:inline-block;padding:12px 20px;border-radius:6px;background:#eef1f5;color:#1b2027;font:700 32px/1.2 ui-monospace,Menlo,Consolas,'Courier New',monospace;letter-spacing:4px;user-select:all;-webkit-user-select:all";
  return `<span class="code" style="${style}">${escapeHtml(code)}</span>`;
}

function minutesText(minutes: string): string {
  return minutes === '1' ? '1 minute' : `${minutes} minutes`;
}

/** A name inside a sentence: no line breaks with which it could write lines of its own, and no novel. */
function oneLine(name: string): string {
  const line = name.replace(/[\p{Cc}\p{Zl}\p{Zp}\s]+/gu, ' ').trim();
  return line.length > 100 ? `${line.slice(0, 99).replace(/[\uD800-\uDBFF]$/, '')}…` : line;
}
