import { z } from 'zod';
import { endpoint } from '../../../http/endpoint.ts';
import { bindingContext, jsonObject, timestamp } from './fields.ts';
import { outcomeSchema } from './outcome.ts';

const tag = 'passkeys';
const security = 'integration';

export const passkeys = {
  challenge: endpoint({
    method: 'POST',
    path: '/v1/passkeys/challenges',
    summary: 'Ask for a passkey, without a user name',
    description: 'Nothing is stored. User verification is demanded: the passkey proves two factors.',
    tag,
    security,
    responses: {
      201: z.object({
        ticket: z.string().meta({ description: 'Goes with the answer. Good for one, right or wrong.' }),
        publicKey: jsonObject.meta({
          description:
            'PublicKeyCredentialRequestOptionsJSON for `navigator.credentials.get` (WebAuthn Level 3 §5.1.8).',
        }),
        expiresAt: timestamp,
      }),
    },
    errors: ['kind_not_allowed'],
  }),
  answer: endpoint({
    method: 'POST',
    path: '/v1/passkeys/answers',
    summary: 'Verify the answer of a passkey, which says who the user is',
    description: 'An unknown passkey and a wrong answer get the same answer.',
    tag,
    security,
    body: z.strictObject({
      ticket: z
        .string()
        .min(1)
        .max(4096)
        .meta({ examples: ['AAABk…'] }),
      response: jsonObject.meta({ description: 'AuthenticationResponseJSON of the browser.' }),
      context: bindingContext.optional(),
    }),
    responses: { 200: outcomeSchema },
    errors: ['ticket_invalid', 'kind_not_allowed', 'too_many_attempts'],
  }),
};
