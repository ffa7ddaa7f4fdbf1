import { isLanguage, type Language, negotiateLanguage } from '../core/language.ts';
import type { OutgoingMessage } from '../core/message.ts';
import type { MessageTemplates } from '../core/settings/message-templates.ts';

/** In which language a message is written, and what the tenant puts in the place of the built-in texts. */
export interface ChosenTexts {
  language: Language;
  texts: {
    subject?: string | undefined;
    text?: string | undefined;
    html?: string | undefined;
    short?: string | undefined;
  };
}

/**
 * The texts for a reader. Those of the tenant in his very language (`pt-BR`), then in the language at large (`pt`), which may be one that
 * is not built in; then the built-in ones, English if he reads none of them.
 */
export function chooseTexts({ language: asked, template }: OutgoingMessage, tenant: MessageTemplates): ChosenTexts {
  const language = negotiateLanguage(asked);
  if (template !== 'code' && template !== 'notice') return { language, texts: {} };
  const [first = ''] = (asked ?? '').toLowerCase().split(/[,;]/);
  const names = [first.trim(), first.trim().split('-')[0] ?? '', language];
  for (const name of names) {
    const own = Object.entries(tenant).find(([written]) => written.toLowerCase() === name)?.[1][template];
    if (own === undefined) continue;
    const [main = ''] = name.split('-');
    return { language: isLanguage(main) ? main : language, texts: own };
  }
  return { language, texts: {} };
}
