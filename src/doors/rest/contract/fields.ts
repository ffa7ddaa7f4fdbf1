import { z } from 'zod';
import type { JsonObject } from '../../../core/model.ts';

/** A point in time: RFC 3339 in UTC with milliseconds. */
export const timestamp = z
  .string()
  .regex(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/)
  .meta({ format: 'date-time', examples: ['2026-01-31T08:30:00.000Z'] });

/** A point in time as a caller may write it: RFC 3339 with any offset. */
export const timestampInput = z.iso
  .datetime({ offset: true })
  .meta({ description: 'RFC 3339.', examples: ['2026-01-31T08:30:00Z'] });

/** The id of an object, by its prefix. */
export function idOf(prefix: string): z.ZodString {
  return z
    .string()
    .min(1)
    .max(64)
    .meta({ examples: [`${prefix}_01hv2q3n4r5s6t7v8w9x0y1z2a`] });
}

/** A text that is neither empty nor blank. */
export function text(max: number): z.ZodString {
  return z.string().min(1).max(max).regex(/\S/, 'must not be blank');
}

export const userName = text(128).meta({
  description: 'The name by which the integration knows the user.',
  examples: ['alice@example.org'],
});

/** What a user typed. */
export const code = text(256).meta({ description: 'The code as the user typed it.', examples: ['492039'] });

/** A JSON object whose members somebody else judges: the engine or a device kind. */
export const jsonObject = z
  .custom<JsonObject>((value) => typeof value === 'object' && value !== null && !Array.isArray(value), {
    message: 'must be a JSON object',
  })
  .meta({ type: 'object' });

/** Where the user's request comes from, as the integration tells it. */
export const bindingContext = z
  .strictObject({
    ip: z
      .union([z.ipv4(), z.ipv6()])
      .optional()
      .meta({ description: 'The user’s own address, not the integration’s.', examples: ['192.0.2.10'] }),
    language: z
      .string()
      .regex(/^[A-Za-z0-9,;=.* -]{1,200}$/, 'must be a language (BCP 47), or the value of Accept-Language')
      .optional()
      .meta({ description: 'What the user reads; his messages are in it.', examples: ['pt-BR'] }),
    browserFingerprint: z.string().min(1).max(512).optional(),
    trustedDeviceToken: z.string().min(1).max(512).optional(),
  })
  .meta({ id: 'BindingContext', description: 'Where the user’s request comes from.' });

/** The members of an answer to an enrollment or a challenge. */
export const answerFields = {
  code: code.optional(),
  response: jsonObject.optional().meta({ description: 'The structured answer of an authenticator, e.g. WebAuthn.' }),
};

/** Refuses an answer that holds both forms, or none. */
export function hasOneAnswer(answer: { code?: string | undefined; response?: JsonObject | undefined }): boolean {
  return (answer.code === undefined) !== (answer.response === undefined);
}

export const oneAnswer = { message: 'must be given, or response instead of it', path: ['code'] };

export const pageQuery = z.strictObject({
  limit: z.coerce
    .number<number>()
    .int()
    .min(1)
    .max(500)
    .optional()
    .meta({ description: 'Items per page. Default 50.', examples: [50] }),
  cursor: z.string().min(1).max(2048).optional().meta({ description: 'The `next` of the page before.' }),
});

/** One page of a list. */
export function pageOf<Item extends z.ZodType>(item: Item) {
  return z.object({
    items: z.array(item),
    next: z.string().optional().meta({ description: 'Cursor of the next page; absent on the last.' }),
  });
}

/** What a caller may ask of the hosted page. */
export const portalFields = {
  returnUrl: z
    .string()
    .min(1)
    .max(2000)
    .optional()
    .meta({
      description: 'Where the hosted page sends the browser in the end; one of the `returnUrls` of the door `portal`.',
      examples: ['https://app.example.org/signed-in'],
    }),
  state: z
    .string()
    .min(1)
    .max(512)
    .optional()
    .meta({
      description: 'Echoed by the hosted page, and signed: ties the result to the browser that you sent there.',
      examples: ['8f1c2b'],
    }),
};

export const portalUrl = z
  .string()
  .optional()
  .meta({
    description: 'The hosted page on which the user goes on. Only where the integration lists the door `portal`.',
    examples: ['https://2fa.example.org/portal/challenge/?token=…'],
  });
