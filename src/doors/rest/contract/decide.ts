import { z } from 'zod';
import { endpoint } from '../../../http/endpoint.ts';
import { deviceSchema } from './devices.ts';
import { bindingContext, userName } from './fields.ts';
import { trustedDevice } from './trusted-browsers.ts';

export const decide = endpoint({
  method: 'POST',
  path: '/v1/decisions',
  summary: 'Ask what to do with somebody who has passed the first factor',
  description:
    'Changes nothing but the token of a trusted browser that is let in. The trace names the rules that were asked, in order; the last one decided.',
  tag: 'decisions',
  security: 'integration',
  body: z.strictObject({ user: userName, context: bindingContext.optional() }),
  responses: {
    200: z
      .object({
        result: z.enum(['enroll', 'challenge', 'allow', 'deny']),
        devices: z.array(deviceSchema).meta({ description: 'What the user can be challenged on.' }),
        trustedDevice: trustedDevice.optional().meta({
          description: 'The next token of the trusted browser that was let in; the one before is void in a moment.',
        }),
        trace: z.array(
          z.object({
            rule: z.string().meta({ examples: ['user-status'] }),
            outcome: z.enum(['decides', 'passes']),
            explanation: z.string().meta({ examples: ['The user is active.'] }),
          }),
        ),
      })
      .meta({ id: 'Decision' }),
  },
});
