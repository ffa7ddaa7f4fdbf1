import type { Language } from '../../core/language.ts';
import { codeMessage } from './code.ts';
import type { MessageContent } from './message-content.ts';
import { noticeMessage, noticeTexts } from './notice.ts';
import { questionMessage } from './question.ts';

/** The values of a message: `required` refuses the message when there is none. */
export interface TemplateValues {
  required(name: string): string;
  optional(name: string): string | undefined;
}

export type Template = (values: TemplateValues, language: Language) => MessageContent;

/** Every message template by its name. A new template is a file beside this one and a line here. */
export const templates: ReadonlyMap<string, Template> = new Map<string, Template>([
  [
    'code',
    (values, language) =>
      codeMessage(
        {
          code: values.required('code'),
          issuer: values.required('issuer'),
          user: values.optional('user'),
          minutes: values.optional('minutes'),
          origin: values.optional('origin'),
        },
        language,
      ),
  ],
  [
    'notice',
    (values, language) => {
      const optional = (name: string) => values.optional(name);
      const known = noticeTexts(
        {
          event: optional('event'),
          user: optional('user'),
          integration: optional('integration'),
          at: optional('at'),
          device: optional('device'),
          browser: optional('browser'),
          ip: optional('ip'),
        },
        language,
      );
      return noticeMessage(known ?? { title: values.required('title'), body: values.required('body') }, language);
    },
  ],
  [
    'question',
    (values, language) =>
      questionMessage(
        {
          issuer: values.required('issuer'),
          user: values.optional('user'),
          reference: values.optional('reference'),
          ip: values.optional('ip'),
        },
        language,
      ),
  ],
]);
