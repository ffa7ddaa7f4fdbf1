import { z } from 'zod';
import { lineSchema } from '../../core/line-schema.ts';

const body = z
  .string()
  .max(100_000)
  .regex(/\{(?:code|token)\}/, 'Must hold {code}, or the mail has no code.');

/** What the mails of an integration say. Without a text the message template of the room `delivery` is used. */
export const emailConfiguration = z.strictObject({
  issuer: lineSchema(128).default('Countersign').describe('Who asks for the code, as the user knows it.'),
  from: lineSchema(320).optional().describe('Sender, `address` or `Name <address>`. Default: that of the server.'),
  subject: lineSchema(200).optional().describe('Subject. `{issuer}`, `{user}` and `{minutes}` are filled in.'),
  text: body.optional().describe('Plain text with `{code}` or `{token}` where the code belongs.'),
  html: body.optional().describe('The same as HTML; what is filled in is escaped.'),
});

export type EmailConfiguration = z.output<typeof emailConfiguration>;
