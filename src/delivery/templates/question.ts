import type { Language } from '../../core/language.ts';
import { messageTexts } from './languages/index.ts';
import { layoutHtml, note, paragraph } from './layout.ts';
import type { MessageContent } from './message-content.ts';
import { oneLine } from './one-line.ts';

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
export function questionMessage(values: QuestionValues, language: Language): MessageContent {
  const texts = messageTexts[language].question;
  const line = (value: string | undefined) => (value === undefined ? undefined : oneLine(value));
  const subject = texts.subject(oneLine(values.issuer));
  const question = texts.text({
    user: line(values.user),
    ip: line(values.ip),
    reference: line(values.reference),
  });
  return {
    subject,
    text: `${question} ${texts.warning}\n`,
    html: layoutHtml(language, subject, [paragraph(question), note(texts.warning)]),
    short: `${subject}: ${question}`,
  };
}
