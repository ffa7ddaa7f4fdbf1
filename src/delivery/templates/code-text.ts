import { foldToGsm7 } from '../sms/gsm7.ts';
import { isOneSegment } from '../sms/segments.ts';

export interface CodeTextValues {
  /** Secret */
  code: string;
  /** The domain of the site at which the code is entered. */
  origin?: string | undefined;
}

/**
 * The text of an SMS with a code: the first sentence, and as many of the others as fit into one segment, because each further one is paid
 * for. The last line binds the code to its site, so that telephones offer it there only (WICG, Origin-bound one-time codes delivered via
 * SMS): nothing may come after it.
 */
export function codeText({ code, origin }: CodeTextValues, first: string, others: readonly string[]): string {
  const line = origin === undefined ? '' : `\n\n@${origin} #${code}`;
  const texts = Array.from({ length: others.length + 1 }, (_, left) =>
    [first, ...others.slice(0, others.length - left)].join(' '),
  );
  const fitting = texts.find((text) => isOneSegment(foldToGsm7(`${text}${line}`)));
  return `${fitting ?? first}${line}`;
}

/** A name for an SMS: one line, without pictures (which would double the price of the message), and short. Never empty. */
export function nameInText(name: string): string {
  const line = name
    .replace(/\p{Extended_Pictographic}|\p{Emoji_Modifier}|\p{Regional_Indicator}|\u200D|\uFE0F/gu, '')
    .replace(/[\p{C}\p{Zl}\p{Zp}\s]+/gu, ' ')
    .trim();
  const characters = Array.from(line);
  if (line === '') return '2FA';
  return characters.length > 40 ? `${characters.slice(0, 37).join('').trimEnd()}...` : line;
}
