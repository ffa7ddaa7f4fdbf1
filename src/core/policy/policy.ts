import { z } from 'zod';
import { isNetwork } from '../network.ts';

// Makers draw all 128 bits as they like: not every AAGUID is a UUID of RFC 9562.
const aaguid = z.guid().toLowerCase();
const seconds = (low: number, high: number, fallback: number) => z.int().min(low).max(high).default(fallback);

/**
 * The rules of an integration, with the default of every rule. What is left out takes the default, so a stored policy
 * stays valid when a later version adds a rule.
 */
export const policySchema = z.strictObject({
  enrollment: z
    .strictObject({
      lifeSeconds: seconds(10, 86_400, 300).describe('How long an enrollment can be completed.'),
      attempts: z.int().min(1).max(20).default(5).describe('Wrong answers after which an enrollment fails.'),
    })
    .prefault({}),
  challenge: z
    .strictObject({
      lifeSeconds: seconds(10, 86_400, 300).describe('How long a challenge can be answered, and a sent code is valid.'),
      attempts: z.int().min(1).max(20).default(5).describe('Wrong answers after which a challenge fails.'),
      resends: z.int().min(0).max(20).default(3).describe('How often the code of one challenge can be sent again.'),
    })
    .prefault({}),
  codeDigits: z
    .int()
    .min(4)
    .max(10)
    .optional()
    .describe('Digits of a sent code. Left out: 6, or what the door is used to.'),
  allowedKinds: z.array(z.string()).optional().describe('Device kinds that may be enrolled and used. Left out: all.'),
  requiredKinds: z
    .array(z.string())
    .optional()
    .describe('A user needs a device of at least one of these kinds, and only these satisfy a challenge.'),
  factors: z
    .union([z.literal(1), z.literal(2)])
    .default(1)
    .describe(
      'How many factors the answer itself must prove. 2: only an authenticator that checks a PIN or a finger of its own is enough.',
    ),
  allowedPhoneCountries: z
    .array(z.string().regex(/^[A-Z]{2}$/, 'must be a country in two capital letters (ISO 3166-1), e.g. DE'))
    .optional()
    .describe('Countries whose telephone numbers may be enrolled and sent to. Left out: all.'),
  authenticators: z
    .strictObject({
      allow: z.array(aaguid).optional().describe('Only these makes of passkeys and security keys. Left out: all.'),
      deny: z.array(aaguid).default([]).describe('Never these.'),
    })
    .prefault({})
    .describe('Makes of WebAuthn authenticators by AAGUID. A list of `allow` demands an attestation.'),
  trustedBrowsers: z
    .strictObject({
      lifeSeconds: z
        .int()
        .min(0)
        .max(31_536_000)
        .default(0)
        .describe('How long a browser may skip the second factor after a full challenge. 0: never.'),
    })
    .prefault({})
    .describe('Browsers that the user has asked to be remembered.'),
  allowedMailDomains: z
    .array(z.string())
    .optional()
    .describe('Mail domains that may be enrolled. A leading dot admits sub-domains. Left out: all.'),
  bypassNetworks: z
    .array(z.string().refine(isNetwork, 'is not an address or a network in CIDR notation'))
    .default([])
    .describe('Networks from which a user is let in without a second factor.'),
  failMode: z
    .enum(['closed', 'open'])
    .default('closed')
    .describe('What the integration is told when a code cannot be delivered. Every use of "open" is audited.'),
  guesses: z
    .strictObject({
      perUser: z.int().min(1).max(1000).default(10).describe('Wrong answers of one user inside a window.'),
      windowSeconds: seconds(1, 86_400, 900).describe('Length of the window.'),
      consecutive: z
        .int()
        .min(1)
        .max(1000)
        .default(100)
        .describe('Wrong answers in a row, however slow, after which the user must be unlocked (NIST SP 800-63B).'),
      perSource: z.int().min(1).max(100_000).default(200).describe('Wrong answers from one user address in a window.'),
    })
    .prefault({}),
  prompts: z
    .strictObject({
      unanswered: z
        .int()
        .min(1)
        .max(100)
        .default(5)
        .describe('Questions to the browsers of one user that may stay unanswered inside a window.'),
      windowSeconds: seconds(1, 86_400, 900).describe(
        'Length of the window; and how long he is not asked again when he has said that it was not him.',
      ),
    })
    .prefault({})
    .describe('How often a user may be interrupted to approve a sign-in.'),
  messages: z
    .strictObject({
      perTarget: z.int().min(1).max(1000).default(20).describe('Messages to one address or number inside a window.'),
      perUser: z.int().min(1).max(1000).default(30).describe('Messages to one user, whatever his addresses.'),
      perPrefix: z
        .int()
        .min(1)
        .max(100_000)
        .default(100)
        .describe('SMS to numbers that differ in their last three digits only: ranges that fraudsters own.'),
      perTenant: z.int().min(1).max(1_000_000).default(5000).describe('SMS of the whole tenant.'),
      windowSeconds: seconds(1, 86_400, 900).describe('Length of the window.'),
    })
    .prefault({}),
});

/** The rules of an integration, every default filled in. */
export type Policy = z.output<typeof policySchema>;
/** The rules as a person writes them: everything optional. */
export type PolicyOptions = z.input<typeof policySchema>;

/** The policy of an integration that sets no rule. */
export function defaultPolicy(): Policy {
  return policySchema.parse({});
}
