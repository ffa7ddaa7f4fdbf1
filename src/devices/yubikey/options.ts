import { z } from 'zod';

const hex = (bytes: number) =>
  z
    .string()
    .regex(new RegExp(`^[0-9a-fA-F]{${2 * bytes}}$`), `Must be ${bytes} bytes in hexadecimal.`)
    .transform((text) => text.toLowerCase());

/**
 * What may be given for a new YubiKey. With its AES key it is validated here, without one by a validation server. The three values of a
 * key go together.
 */
export const yubikeyOptions = z
  .strictObject({
    publicId: z
      .string()
      .regex(/^(?:[cbdefghijklnrtuv]{2}){1,16}$/, 'Must be 1 to 16 bytes in modhex.')
      .optional()
      .describe('Public id in modhex, the letters before the last 32 of an OTP. Left out: that of the first OTP.'),
    privateId: hex(6).optional().describe('Private id, 6 bytes in hexadecimal.'),
    aesKey: hex(16).optional().describe('AES key, 16 bytes in hexadecimal. Left out: a validation server is asked.'),
  })
  .superRefine(({ publicId, privateId, aesKey }, refinement) => {
    const missing = (path: string, why: string) => refinement.addIssue({ code: 'custom', path: [path], message: why });
    if (aesKey !== undefined && publicId === undefined) missing('publicId', 'Must be given with an AES key.');
    if (aesKey !== undefined && privateId === undefined) missing('privateId', 'Must be given with an AES key.');
    if (aesKey === undefined && privateId !== undefined) missing('aesKey', 'Must be given with a private id.');
  });

export type YubikeyOptions = z.output<typeof yubikeyOptions>;
