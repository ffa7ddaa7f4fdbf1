import type { Language } from '../../core/language.ts';
import { codeText, nameInText } from './code-text.ts';
import { escapeHtml } from './escape-html.ts';
import { messageTexts } from './languages/index.ts';
import { layoutHtml, note, paragraph } from './layout.ts';
import type { MessageContent } from './message-content.ts';
import { oneLine } from './one-line.ts';

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
export function codeMessage(values: CodeValues, language: Language): MessageContent {
  const texts = messageTexts[language].code;
  const { code } = values;
  const issuer = oneLine(values.issuer);
  const subject = texts.subject(issuer);
  const request = texts.request(issuer, values.user === undefined ? undefined : oneLine(values.user));
  const lifetime = values.minutes === undefined ? undefined : texts.lifetime(Number(values.minutes));
  const validity = texts.validity(lifetime);
  return {
    subject,
    text: `${request}\n\n${code}\n\n${validity}\n\n${texts.warning}\n`,
    html: layoutHtml(language, subject, [
      paragraph(request),
      codeBlock(code),
      paragraph(validity),
      note(texts.warning),
    ]),
    short: codeText(values, texts.short(code, nameInText(values.issuer)), [
      ...(lifetime === undefined ? [] : [texts.shortValidity(lifetime)]),
      texts.doNotShare,
    ]),
  };
}

/** Large, and selected as a whole by one click; from left to right in every language. */
function codeBlock(code: string): string {
  const style =
    "display:inline-block;padding:12px 20px;border-radius:6px;background:#eef1f5;color:#1b2027;font:700 32px/1.2 ui-monospace,Menlo,Consolas,'Courier New',monospace;letter-spacing:4px;user-select:all;-webkit-user-select:all";
  return `<span class="code" dir="ltr" style="${style}">${escapeHtml(code)}</span>`;
}
