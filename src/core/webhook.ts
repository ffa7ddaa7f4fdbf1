import { z } from 'zod';

/** Header fields that the request itself sets, or that would change where it ends. */
const reservedHeaders =
  /^(?:host|connection|content-.*|transfer-encoding|te|trailer|upgrade|expect|proxy-.*|countersign-.*)$/i;

const header = z
  .string()
  .regex(/^[A-Za-z0-9!#$%&'*+.^_`|~-]{1,64}$/, 'must be the name of a header field')
  .refine((name) => !reservedHeaders.test(name), 'is set by the request itself');

/** Printable ASCII: a line break would begin a field of its own. */
const headerValue = z.string().regex(/^[\x20-\x7e]{0,2000}$/, 'must be printable ASCII');

/** What somebody signs with; too short a secret could be guessed from one signature. */
export const webhookSecret = z.string().regex(/^[\x21-\x7e]{16,256}$/, 'must be 16 to 256 printable characters');

/** What a person writes to have an integration told. */
export const webhookOptionsSchema = z.strictObject({
  endpoint: z
    .url({ protocol: /^https?$/ })
    .max(500)
    .refine((text) => URL.canParse(text) && new URL(text).username === '' && new URL(text).password === '', {
      message: 'must not hold a user or a password: use a header',
    })
    .describe('Where it is told: `https`, or `http` in a network that the operator has allowed.'),
  headers: z
    .record(header, headerValue)
    .refine((headers) => Object.keys(headers).length <= 20, 'must be at most 20')
    .optional()
    .describe('Sent with every request, e.g. `Authorization`. Their values cannot be read again.'),
  timeoutMs: z.int().min(1).max(30_000).default(5000).describe('How long one request may take, in milliseconds.'),
  events: z
    .array(z.string().regex(/^[a-z_]{1,64}$/))
    .max(50)
    .optional()
    .describe('The notices it is told of. Left out: all. Codes for it always come.'),
});

export type WebhookOptions = z.input<typeof webhookOptionsSchema>;

/** The webhook of an integration as it is sealed. Of two secrets the first is the newer. */
export const webhookSchema = webhookOptionsSchema.extend({ secrets: z.array(webhookSecret).min(1).max(2) });

export type Webhook = z.output<typeof webhookSchema>;
