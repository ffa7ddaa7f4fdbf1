import { z } from 'zod';
import { recoveryCodeFormats } from './recovery-code-format.ts';

/** How recovery codes are made. Those that exist stay as they are. */
export const recoveryCodesConfiguration = z.strictObject({
  count: z.int().min(4).max(20).default(10).describe('How many codes a user gets.'),
  format: z
    .enum(recoveryCodeFormats)
    .default('grouped')
    .describe('`grouped`: XXXX-XXXX-XXXX-XXXX. `uuid`: 32 hexadecimal digits.'),
});

export type RecoveryCodesConfiguration = z.output<typeof recoveryCodesConfiguration>;
