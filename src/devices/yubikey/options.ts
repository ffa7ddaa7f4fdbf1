import { z } from 'zod';

const hex = (bytes: number) =>
  z
    .string()
    .regex(new RegExp(`^[0-9a-fA-F]{${2 * bytes}}$`), `Must be ${bytes} bytes in hexadecimal.`)
    .transform((text) => text.toLowerCase());

const publicId = z.string().regex(/^(?:[cbdefghijklnrtuv]{2}){1,16}$/, 'Must be 1 to 16 bytes in modhex.');
const publicIdMeaning = 'Public id in modhex, the letters before the last 32 of an OTP.';
const privateId = hex(6);
const privateIdMeaning = 'Private id, 6 bytes in hexadecimal.';
const aesKey = hex(16);
const aesKeyMeaning = 'AES key, 16 bytes in hexadecimal.';

/** What has to be given for a new YubiKey where no validation server can be asked. */
export const localYubikeyOptions = z.strictObject({
  publicId: publicId.describe(publicIdMeaning),
  privateId: privateId.describe(privateIdMeaning),
  aesKey: aesKey.describe(aesKeyMeaning),
});

/** What may be given: with its AES key a YubiKey is validated here, without one by a validation server. The values of a key go together. */
export const yubikeyOptions = z
  .strictObject({
    publicId: publicId.optional().describe(`${publicIdMeaning} Left out: that of the first OTP.`),
    privateId: privateId.optional().describe(privateIdMeaning),
    aesKey: aesKey.optional().describe(`${aesKeyMeaning} Left out: a validation server is asked.`),
  })
  .superRefine(({ publicId, privateId, aesKey }, refinement) => {
    const missing = (path: string, why: string) => refinement.addIssue({ code: 'custom', path: [path], message: why });
    if (aesKey !== undefined && publicId === undefined) missing('publicId', 'Must be given with an AES key.');
    if (aesKey !== undefined && privateId === undefined) missing('privateId', 'Must be given with an AES key.');
    if (aesKey === undefined && privateId !== undefined) missing('aesKey', 'Must be given with a private id.');
  });

export type YubikeyOptions = z.output<typeof yubikeyOptions>;
