import { z } from 'zod';
import { endpoint } from '../../../http/endpoint.ts';
import { kindName } from './devices.ts';
import { bindingContext, code, userName } from './fields.ts';
import { outcomeSchema } from './outcome.ts';

export const verify = endpoint({
  method: 'POST',
  path: '/v1/verify',
  summary: 'Verify a code of a user, without a challenge first',
  description: 'A code is accepted at most once. An unknown user and a wrong code get the same answer.',
  tag: 'verify',
  security: 'integration',
  body: z.strictObject({
    user: userName,
    code,
    context: bindingContext.optional(),
    kinds: z
      .array(kindName)
      .min(1)
      .max(32)
      .optional()
      .meta({ description: 'Accept only devices of these kinds.', examples: [['totp']] }),
  }),
  responses: { 200: outcomeSchema },
  errors: ['too_many_attempts'],
});
