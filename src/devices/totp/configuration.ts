import { z } from 'zod';
import { otpConfigurationFields } from '../otp-fields.ts';

/** How TOTP devices are made and judged. Digits, period and algorithm are kept with the device; the rest applies at once. */
export const totpConfiguration = z.strictObject({
  ...otpConfigurationFields,
  period: z.int().min(15).max(120).default(30).describe('Seconds per step (RFC 6238 §5.2).'),
  back: z.int().min(0).max(10).default(1).describe('Steps accepted before the current one.'),
  ahead: z.int().min(0).max(10).default(1).describe('Steps accepted after the current one.'),
  learnDrift: z.boolean().default(true).describe('Whether the window follows a clock that is wrong (RFC 6238 §6).'),
  maxDrift: z.int().min(0).max(10).default(10).describe('Steps by which the window may move in all.'),
});

export type TotpConfiguration = z.output<typeof totpConfiguration>;
