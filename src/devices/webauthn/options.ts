import { z } from 'zod';
import { lineSchema } from '../../core/line-schema.ts';

const base64url = (max: number) =>
  z
    .string()
    .min(1)
    .max(max)
    .regex(/^[\w-]+$/, 'must be base64url without padding');

/** What a caller may choose for a new passkey or security key. */
export const webauthnOptions = z.strictObject({
  attachment: z
    .enum(['platform', 'cross-platform'])
    .optional()
    .describe('`platform`: this computer or telephone itself. `cross-platform`: a key of its own. Left out: either.'),
  displayName: lineSchema(64).optional().describe('The name by which the user picks it. Default: the user’s name.'),
});

export type WebauthnOptions = z.output<typeof webauthnOptions>;

const counter = z.int().min(0).max(0xffff_ffff).default(0);

/** A credential that was made for another server with the same RP ID. */
const existingCredential = z.strictObject({
  credentialId: base64url(1364).describe('base64url.'),
  publicKey: base64url(4096).describe('COSE key, base64url.'),
  counter: counter.describe('The signature counter that was last seen.'),
  transports: z.array(z.string().max(32)).max(8).optional(),
  aaguid: z.guid().toLowerCase().optional(),
  userHandle: base64url(86).optional().describe('The user handle it was made with, base64url.'),
});

const appId = z.string().max(512).startsWith('https://').optional().describe('Default: `appId` of the configuration.');

/** A key that was registered with the old FIDO U2F API: its key handle and its public key (65 bytes). */
const u2fKey = z.strictObject({
  keyHandle: base64url(340).describe('base64url.'),
  publicKey: base64url(87).describe('The 65 bytes 04 ‖ x ‖ y, base64url.'),
  counter: counter.describe('The counter that was last seen.'),
  appId,
});

/** The same as the key has said it: the raw registration message (FIDO U2F Raw Message Formats §4.3). */
const u2fRegistration = z.strictObject({
  registrationData: base64url(8192).describe('`registrationData` of the old API, base64url.'),
  counter: counter.describe('The counter that was last seen.'),
  appId,
});

/** What a credential that exists already is taken over from. */
export const adoptOptions = z.union([existingCredential, u2fKey, u2fRegistration]);

export type AdoptOptions = z.output<typeof adoptOptions>;
