import { z } from 'zod';
import { lineSchema } from '../line-schema.ts';

const texts = (placeholder: RegExp, message: string) =>
  z.strictObject({
    subject: lineSchema(200)
      .optional()
      .describe('Subject of a mail. Never the code: it would show on a locked screen.'),
    text: z.string().max(20_000).regex(placeholder, message).optional().describe('Plain text of a mail.'),
    html: z
      .string()
      .max(100_000)
      .regex(placeholder, message)
      .optional()
      .describe('The same as HTML; what is filled in is escaped.'),
    short: z.string().min(1).max(500).regex(placeholder, message).optional().describe('An SMS.'),
  });

/** The texts of one language, in place of the built-in ones. `{name}` stands for the value of that name; an unknown one stays. */
const languageTemplatesSchema = z.strictObject({
  code: texts(/\{(?:code|token)\}/, 'must hold {code}, or the message has no code')
    .refine(({ subject }) => !/\{(?:code|token)\}/.test(subject ?? ''), {
      message: 'must not hold the code: it would show on a locked screen',
      path: ['subject'],
    })
    .optional()
    .describe('A code: `{code}`, `{issuer}`, `{user}`, `{minutes}`.'),
  notice: texts(/\{body\}/, 'must hold {body}, or the message does not say what happened')
    .optional()
    .describe('A security notice: `{title}`, `{body}`, `{issuer}`.'),
});

/** The messages of a tenant by language (BCP 47, e.g. `de` or `pt-BR`). */
export const messageTemplatesSchema = z
  .record(
    z.string().regex(/^[A-Za-z]{2,3}(?:-[A-Za-z0-9]{2,8})*$/, 'must be a language like de or pt-BR'),
    languageTemplatesSchema,
  )
  .refine((languages) => Object.keys(languages).length <= 50, 'must have at most 50 languages');

export type MessageTemplates = z.output<typeof messageTemplatesSchema>;
