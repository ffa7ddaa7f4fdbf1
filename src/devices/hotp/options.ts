import { z } from 'zod';
import { otpOptionFields, otpSecretFields } from '../otp-fields.ts';

/** What a caller may choose for a new HOTP device. */
export const hotpOptions = z.strictObject({
  ...otpOptionFields,
  counter: z
    .int()
    .min(0)
    .max(Number.MAX_SAFE_INTEGER - 1)
    .default(0)
    .describe('The counter of the next code.'),
});

export type HotpOptions = z.output<typeof hotpOptions>;

/** The same for a device whose secret exists already. */
export const adoptedHotpOptions = z.strictObject({ ...hotpOptions.shape, ...otpSecretFields });
