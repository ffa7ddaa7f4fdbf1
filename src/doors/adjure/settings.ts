import { z } from 'zod';
import { isNetwork, loopbackNetworks } from '../../core/network.ts';
import { otpAlgorithms } from '../../otp/index.ts';

const networks = z.array(z.string().refine(isNetwork, 'is not an address or a network in CIDR notation'));

/** Digits of a code: what Adjure calls the length of the key. */
export const keyLength = z.literal([6, 8]);
/** Seconds per step. */
export const keyValidDuration = z.int().min(1).max(3600);
export const hashAlgorithm = z.enum(otpAlgorithms);
export const slidingWindows = z.int().min(0).max(10);

/** What an integration sets for its Adjure door, every default filled in. */
export const adjureSettings = z.strictObject({
  openTo: networks.default([]).describe('Networks that may call without a token. Loopback is 127.0.0.0/8 and ::1/128.'),
  authCode: z
    .boolean()
    .default(true)
    .describe('Answer GET /user/auth_code, which tells the code that is valid now: a bypass of the second factor.'),
  authCodeOpenTo: networks
    .default([...loopbackNetworks])
    .describe('Networks, inside openTo, that may ask for the current code without a token. Left out: loopback.'),
  sealAfterUse: z
    .boolean()
    .default(false)
    .describe('Stop drawing the QR code of a user once a code of his was accepted.'),
  keyLength: keyLength.default(6).describe('Digits of a code when a provisioning does not say.'),
  keyValidDuration: keyValidDuration.default(30).describe('Seconds per step when a provisioning does not say.'),
  hashAlgorithm: hashAlgorithm
    .default('SHA256')
    .describe(
      'Hash when a provisioning does not say. Some authenticator apps compute SHA1 whatever the QR code says: ' +
        'for them set SHA1, and 6 digits.',
    ),
  slidingWindows: slidingWindows.default(1).describe('Steps accepted before and after the current one, for all users.'),
});

export type AdjureSettings = z.output<typeof adjureSettings>;
