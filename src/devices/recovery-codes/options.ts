import { z } from 'zod';
import { recoveryCodeFormats } from './recovery-code-format.ts';

/** What a caller may choose for one set of codes. */
export const recoveryCodesOptions = z.strictObject({
  count: z.int().min(4).max(20).optional().describe('Default: that of the configuration.'),
  format: z.enum(recoveryCodeFormats).optional().describe('Default: that of the configuration.'),
});

export type RecoveryCodesOptions = z.output<typeof recoveryCodesOptions>;

/** The same, or the codes that a user has already. */
export const adoptedRecoveryCodesOptions = z.strictObject({
  ...recoveryCodesOptions.shape,
  codes: z.array(z.string().max(128)).min(1).max(20).optional().describe('All of one format. Default: new ones.'),
});
