import { z } from 'zod';
import { lineSchema } from '../../core/line-schema.ts';

/** What the messages of an integration say. Without a text the message template of the room `delivery` is used. */
export const smsConfiguration = z.strictObject({
  issuer: lineSchema(128).default('Countersign').describe('Who asks for the code, as the user knows it.'),
  origin: z
    .string()
    .max(253)
    .regex(
      /^(?=.*\.)(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)*[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/,
      'Must be a domain in lower case like example.org, without a scheme or port.',
    )
    .optional()
    .describe('Domain of the site at which the code is entered: telephones offer the code there and nowhere else.'),
  defaultCountry: z
    .string()
    .regex(/^[A-Z]{2}$/, 'Must be a country in two capital letters (ISO 3166-1), e.g. DE.')
    .optional()
    .describe('Country of numbers that are given without one. Left out: they are refused.'),
  text: z
    .string()
    .max(1000)
    .regex(/\{(?:code|token)\}/, 'Must hold {code}, or the message has no code.')
    .optional()
    .describe('Text with `{code}` or `{token}` where the code belongs. The line of `origin` is added to it.'),
});

export type SmsConfiguration = z.output<typeof smsConfiguration>;
