import { z } from 'zod';

const base64url = (max: number) =>
  z
    .string()
    .min(1)
    .max(max)
    .regex(/^[\w-]+$/);

const credentialId = base64url(1364); // 1023 bytes (WebAuthn §4)
const clientDataJson = base64url(16_384);

const transports = ['ble', 'cable', 'hybrid', 'internal', 'nfc', 'smart-card', 'usb'] as const;

const credential = {
  id: credentialId,
  rawId: credentialId,
  type: z.literal('public-key'),
};

/** The members of a RegistrationResponseJSON (WebAuthn §5.1.1) that are read; the rest is left alone. */
export const registrationResponse = z.object({
  ...credential,
  response: z.object({
    clientDataJSON: clientDataJson,
    attestationObject: base64url(65_536),
    transports: z
      .array(z.string())
      .max(32)
      .transform((told) => transports.filter((known) => told.includes(known)))
      .optional(),
  }),
});

export type RegistrationResponse = z.output<typeof registrationResponse>;

/** The members of an AuthenticationResponseJSON that are read. */
export const authenticationResponse = z.object({
  ...credential,
  response: z.object({
    clientDataJSON: clientDataJson,
    authenticatorData: base64url(16_384),
    signature: base64url(16_384),
    userHandle: base64url(86).nullish(),
  }),
  clientExtensionResults: z.object({ appid: z.boolean().optional().catch(undefined) }).catch({}),
});

export type AuthenticationResponse = z.output<typeof authenticationResponse>;
