import type { Language } from '../../core/language.ts';
import { isNoticeEvent, type NoticeEvent } from '../../core/notice-event.ts';
import { messageTexts } from './languages/index.ts';
import { layoutHtml, paragraph } from './layout.ts';
import type { MessageContent } from './message-content.ts';
import { oneLine } from './one-line.ts';

export interface NoticeValues {
  /** What has happened; its texts are built in. Left out: `title` and `body` are the texts. */
  event?: string | undefined;
  title?: string | undefined;
  /** Plain text; an empty line begins a new paragraph. */
  body?: string | undefined;
  user?: string | undefined;
  integration?: string | undefined;
  /** When it happened, as ISO 8601 in UTC. */
  at?: string | undefined;
  /** The name of the device or the browser that it is about. */
  device?: string | undefined;
  browser?: string | undefined;
  ip?: string | undefined;
}

/** The texts of a notice in a language, before they are laid out. Undefined: no such event, and no texts of its own. */
export function noticeTexts(values: NoticeValues, language: Language): { title: string; body: string } | undefined {
  const { event, title, body } = values;
  if (event !== undefined && isNoticeEvent(event)) return eventTexts(event, values, language);
  return title === undefined || body === undefined ? undefined : { title, body };
}

/** A security notice: something about the user's account has changed. It holds no link: there is nothing to be clicked by mistake. */
export function noticeMessage({ title, body }: { title: string; body: string }, language: Language): MessageContent {
  const paragraphs = body.split(/(?:\r\n|\r|\n){2,}/).filter((text) => text.trim() !== '');
  return {
    subject: title,
    text: `${body.trimEnd()}\n`,
    html: layoutHtml(language, title, paragraphs.map(paragraph)),
    short: `${title}: ${body.replace(/\s+/g, ' ').trim()}`,
  };
}

function eventTexts(
  event: NoticeEvent,
  { user, integration, at, device, browser, ip }: NoticeValues,
  language: Language,
): { title: string; body: string } {
  const texts = messageTexts[language].notice;
  const about = [
    ...(user === undefined
      ? []
      : [texts.account(oneLine(user), integration === undefined ? undefined : oneLine(integration))]),
    ...(at === undefined ? [] : [texts.time(`${at.slice(0, 10)} ${at.slice(11, 16)} UTC`)]),
    ...(ip === undefined ? [] : [texts.address(oneLine(ip))]),
  ];
  const happened = texts.happened[event](oneLine(device ?? browser ?? ''));
  const body = [happened, about.join('\n'), texts.warning].filter((part) => part !== '').join('\n\n');
  return { title: texts.titles[event], body };
}
