import { z } from 'zod';
import { type OtpAlgorithm, otpAlgorithms } from '../otp/index.ts';

/** What the configurations of TOTP and HOTP have in common. */
export const otpConfigurationFields = {
  issuer: z.string().max(128).default('Countersign').describe('Who issues the codes, as the app shows it.'),
  digits: z.literal([6, 8]).default(6).describe('Digits of a code.'),
  algorithm: z.enum(otpAlgorithms).default('SHA1').describe('Hash of the codes. Many apps know SHA1 only.'),
  secretBytes: z.int().min(16).max(64).default(20).describe('Length of a new secret (RFC 4226 R6: 16 or more).'),
};

const algorithmNames = { sha1: 'SHA1', sha256: 'SHA256', sha512: 'SHA512' } as const satisfies Record<
  string,
  OtpAlgorithm
>;

/** What a caller may choose for a TOTP or HOTP device. */
export const otpOptionFields = {
  issuer: z.string().max(256).optional().describe('Default: that of the configuration.'),
  account: z.string().max(256).optional().describe("The account as the app shows it. Default: the user's name."),
  digits: z.int().min(6).max(8).optional().describe('Default: that of the configuration.'),
  algorithm: z
    .string()
    .toLowerCase()
    .pipe(z.enum(['sha1', 'sha256', 'sha512']))
    .transform((name) => algorithmNames[name])
    .optional()
    .describe('SHA1, SHA256 or SHA512 in any case. Default: that of the configuration.'),
  qr: z.boolean().default(false).describe('Whether `shown.qr` is made: the URI as a PNG in base64.'),
};

/** How an existing secret is given; without one a new secret is made. */
export const otpSecretFields = {
  secret: z.string().max(256).optional().describe('In base32.'),
  secretHex: z.string().max(256).optional().describe('In hexadecimal.'),
};
