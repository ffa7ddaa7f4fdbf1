import { z } from 'zod';

/** What a caller has to give for a new e-mail device. */
export const emailOptions = z.strictObject({
  address: z.string().min(1).max(254).describe('The one mail address to which codes are sent.'),
});

export type EmailOptions = z.output<typeof emailOptions>;
