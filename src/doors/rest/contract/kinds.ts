import { z } from 'zod';
import { endpoint } from '../../../http/endpoint.ts';
import { kindName } from './devices.ts';
import { jsonObject } from './fields.ts';

export const kinds = {
  list: endpoint({
    method: 'GET',
    path: '/v1/kinds',
    summary: 'List the device kinds',
    tag: 'kinds',
    security: 'integration-or-administrator',
    responses: {
      200: z.object({
        items: z.array(
          z
            .object({
              name: kindName,
              title: z.string().meta({ examples: ['Authenticator app'] }),
              description: z.string().meta({ examples: ['Codes that change every 30 seconds.'] }),
              allowed: z
                .boolean()
                .optional()
                .meta({ description: 'Whether the policy of the asking integration lets it be used.' }),
              options: jsonObject.meta({ description: 'JSON Schema of the options with which it is prepared.' }),
            })
            .meta({ id: 'Kind' }),
        ),
      }),
    },
  }),
};
