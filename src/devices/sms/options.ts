import { z } from 'zod';

/** What a caller has to give for a new SMS device. */
export const smsOptions = z.strictObject({
  number: z
    .string()
    .min(1)
    .max(40)
    .describe('The telephone number to which codes are sent, with its country code: +49 30 901820.'),
});

export type SmsOptions = z.output<typeof smsOptions>;
