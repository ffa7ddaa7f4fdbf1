import { z } from 'zod';
import { otpConfigurationFields } from '../otp-fields.ts';

/** How HOTP devices are made and judged. Digits and algorithm are kept with the device; the rest applies at once. */
export const hotpConfiguration = z.strictObject({
  ...otpConfigurationFields,
  lookAhead: z
    .int()
    .min(1)
    .max(50)
    .default(10)
    .describe('How many codes a user may have skipped. Every one makes guessing easier (RFC 4226 §7.4).'),
  resyncWindow: z
    .int()
    .min(1)
    .max(1000)
    .default(100)
    .describe('How many codes may have been skipped when two consecutive ones are given.'),
});

export type HotpConfiguration = z.output<typeof hotpConfiguration>;
