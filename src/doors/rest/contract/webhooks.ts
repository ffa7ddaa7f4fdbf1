import { z } from 'zod';
import { webhookOptionsSchema, webhookSecret } from '../../../core/webhook.ts';
import { endpoint } from '../../../http/endpoint.ts';

const tag = 'webhooks';
const security = 'administrator';
const path = '/v1/integrations/:id/webhook';

const webhookSchema = z
  .object({
    endpoint: z.string().meta({ examples: ['https://app.example.org/countersign'] }),
    headers: z.array(z.string()).meta({
      description: 'The names of the headers that are sent along; their values cannot be read.',
      examples: [['Authorization']],
    }),
    timeoutMs: z.int(),
    events: z.array(z.string()).optional().meta({ description: 'Absent: all.' }),
    secrets: z.int().meta({ description: 'How many secrets it is signed with: 2 while they are rotated.' }),
  })
  .meta({ id: 'Webhook' });

const shownOnce = z.string().meta({ description: 'Shown in this answer only.' });

export const webhooks = {
  get: endpoint({
    method: 'GET',
    path,
    summary: 'Read the webhook of an integration, without its secrets',
    tag,
    security,
    responses: { 200: webhookSchema },
  }),
  set: endpoint({
    method: 'PUT',
    path,
    summary: 'Set the webhook of an integration',
    description:
      'The first time the answer shows the secret with which requests are signed. Afterwards the secrets stay, unless one is given, and so do the headers when they are left out.',
    tag,
    security,
    body: webhookOptionsSchema.extend({ secret: webhookSecret.optional() }).meta({
      id: 'WebhookOptions',
      examples: [{ endpoint: 'https://app.example.org/countersign', headers: { Authorization: 'Bearer example' } }],
    }),
    responses: { 200: z.object({ webhook: webhookSchema, secret: shownOnce.optional() }) },
  }),
  remove: endpoint({
    method: 'DELETE',
    path,
    summary: 'Take the webhook of an integration away',
    tag,
    security,
    responses: { 204: null },
  }),
  rotate: endpoint({
    method: 'POST',
    path: `${path}/secrets`,
    summary: 'Add a second secret, so that the first can be replaced without an outage',
    description: 'Requests are signed with both until the older one is retired.',
    tag,
    security,
    responses: { 201: z.object({ webhook: webhookSchema, secret: shownOnce }) },
    errors: ['wrong_state'],
  }),
  retire: endpoint({
    method: 'DELETE',
    path: `${path}/secrets`,
    summary: 'Retire the older of two secrets',
    tag,
    security,
    responses: { 200: webhookSchema },
    errors: ['wrong_state'],
  }),
};
