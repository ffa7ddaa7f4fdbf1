import { layoutHtml, paragraph } from './layout.ts';
import type { MessageContent } from './message-content.ts';

export interface NoticeValues {
  title: string;
  /** Plain text; an empty line begins a new paragraph. */
  body: string;
}

/** A security notice: something about the user's account has changed. */
export function noticeMessage({ title, body }: NoticeValues): MessageContent {
  const paragraphs = body.split(/(?:\r\n|\r|\n){2,}/).filter((text) => text.trim() !== '');
  return {
    subject: title,
    text: `${body.trimEnd()}\n`,
    html: layoutHtml(title, paragraphs.map(paragraph)),
    short: `${title}: ${body.replace(/\s+/g, ' ').trim()}`,
  };
}
