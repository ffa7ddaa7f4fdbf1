import { codeMessage } from './code.ts';
import type { MessageContent } from './message-content.ts';
import { noticeMessage } from './notice.ts';
import { questionMessage } from './question.ts';

/** The values of a message: `required` refuses the message when there is none. */
export interface TemplateValues {
  required(name: string): string;
  optional(name: string): string | undefined;
}

/** Every message template by its name. A new template is a file beside this one and a line here. */
export const templates: ReadonlyMap<string, (values: TemplateValues) => MessageContent> = new Map([
  [
    'code',
    (values: TemplateValues) =>
      codeMessage({
        code: values.required('code'),
        issuer: values.required('issuer'),
        user: values.optional('user'),
        minutes: values.optional('minutes'),
        origin: values.optional('origin'),
      }),
  ],
  [
    'notice',
    (values: TemplateValues) => noticeMessage({ title: values.required('title'), body: values.required('body') }),
  ],
  [
    'question',
    (values: TemplateValues) =>
      questionMessage({
        issuer: values.required('issuer'),
        user: values.optional('user'),
        reference: values.optional('reference'),
        ip: values.optional('ip'),
      }),
  ],
]);
