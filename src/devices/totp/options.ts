import { z } from 'zod';
import { otpOptionFields, otpSecretFields } from '../otp-fields.ts';
import { totpTransportOptions } from './transport.ts';

/** What a caller may choose for a new TOTP device. */
export const totpOptions = z.strictObject({
  ...otpOptionFields,
  period: z.int().min(1).max(3600).optional().describe('Seconds per step. Default: that of the configuration.'),
  transport: totpTransportOptions
    .optional()
    .describe('For a user without an app: each challenge sends him the code that is valid then, and no key is shown.'),
});

export type TotpOptions = z.output<typeof totpOptions>;

/** The same for a device whose secret exists already. */
export const adoptedTotpOptions = z.strictObject({ ...totpOptions.shape, ...otpSecretFields });
