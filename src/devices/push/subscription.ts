import { z } from 'zod';

/** Bytes in base64url of exactly this length, spelt in the one way (RFC 4648 §3.5). */
const bytes = (length: number) =>
  z.string().refine((text) => {
    const decoded = Buffer.from(text, 'base64url');
    return decoded.length === length && decoded.toString('base64url') === text;
  }, `Must be ${length} bytes in base64url.`);

/** `PushSubscription.toJSON()` of a browser (Push API §8): where messages to it are posted, and the keys that seal them. */
export const pushSubscription = z
  .object({
    endpoint: z
      .url({ protocol: /^https$/, hostname: /./ })
      .max(2048)
      .refine((text) => !/^https:\/\/[^/]*@/.test(text), 'Must not have a user name.'),
    keys: z.object({
      /** A point of P-256, not compressed (RFC 8291 §3.1). */
      p256dh: bytes(65).refine((text) => Buffer.from(text, 'base64url')[0] === 4, 'Must be a point.'),
      auth: bytes(16),
    }),
  })
  .describe('What `PushManager.subscribe()` of the browser answered, as JSON.');

export type PushSubscription = z.output<typeof pushSubscription>;
