import { z } from 'zod';
import type { Policy, PolicyOptions } from '../../../core/policy/policy.ts';
import { endpoint } from '../../../http/endpoint.ts';
import { challenges } from './challenges.ts';
import { enrollments } from './enrollments.ts';
import { idOf, jsonObject, pageOf, pageQuery, text, timestamp } from './fields.ts';
import { accessPassRequest, newAccessPass, userChange, userSchema, users } from './users.ts';

const tag = 'integrations';
const security = 'administrator';

const isObject = (value: unknown) => typeof value === 'object' && value !== null && !Array.isArray(value);

// The rules themselves are judged by the engine: their schema reads networks and needs a server.
const policy = z.custom<Policy>(isObject).meta({ id: 'Policy', type: 'object' });
const policyOptions = z
  .custom<PolicyOptions>(isObject, { message: 'must be a JSON object' })
  .meta({ id: 'PolicyOptions', type: 'object' });

const name = text(128).meta({ examples: ['VPN'] });
const notes = z.string().max(2000);
const endpointUrl = z.union([z.literal(''), z.url({ protocol: /^https?$/ }).max(500)]).meta({
  description: 'Base URL of the protected application; empty when it has none.',
  examples: ['https://app.example.org'],
});
const doors = z.record(z.string().min(1).max(64), jsonObject).meta({
  description: 'The doors it answers at, each with its settings. A door that is not listed is closed.',
  examples: [{ rest: {} }],
});
const kinds = z.record(z.string().min(1).max(64), jsonObject).meta({
  description: 'Configuration of device kinds, merged over that of the server.',
  examples: [{ totp: {} }],
});

export const integrationSchema = z
  .object({
    id: idOf('int'),
    realmId: idOf('rlm'),
    name,
    notes,
    endpoint: z.string(),
    active: z.boolean(),
    policy,
    doors,
    kinds,
    createdAt: timestamp,
    updatedAt: timestamp,
  })
  .meta({ id: 'Integration' });

const credentialType = z.enum(['token', 'key']);
const credentialFields = {
  id: idOf('crd'),
  type: credentialType,
  accessKey: z.string().optional().meta({ description: 'The public half of a key.' }),
  createdAt: timestamp,
  expiresAt: timestamp.optional(),
};

const settings = {
  notes: notes.optional(),
  endpoint: endpointUrl.optional(),
  policy: policyOptions.optional(),
  doors: doors.optional(),
  kinds: kinds.optional(),
};

export const integrations = {
  create: endpoint({
    method: 'POST',
    path: '/v1/integrations',
    summary: 'Create an integration',
    description: 'The answer shows its credentials; their secrets cannot be read again.',
    tag,
    security,
    body: z.strictObject({
      name,
      ...settings,
      realm: z
        .union([z.enum(['shared', 'own']), z.strictObject({ name: text(128) })])
        .optional()
        .meta({
          description: '`shared` (default): the users of the tenant; `own`: its own users; or a realm by name.',
        }),
    }),
    responses: {
      201: z.object({
        integration: integrationSchema,
        token: z.string(),
        accessKey: z.string(),
        secretKey: z.string(),
      }),
    },
    errors: ['already_exists', 'kind_unknown'],
  }),
  list: endpoint({
    method: 'GET',
    path: '/v1/integrations',
    summary: 'List the integrations of the tenant',
    tag,
    security,
    query: pageQuery,
    responses: { 200: pageOf(integrationSchema) },
  }),
  get: endpoint({
    method: 'GET',
    path: '/v1/integrations/:id',
    summary: 'Read an integration',
    tag,
    security,
    responses: { 200: integrationSchema },
  }),
  update: endpoint({
    method: 'PATCH',
    path: '/v1/integrations/:id',
    summary: 'Change an integration',
    description: '`policy`, `doors` and `kinds` replace the whole of what was there.',
    tag,
    security,
    body: z
      .strictObject({ name: name.optional(), active: z.boolean().optional(), ...settings })
      .refine((changes) => Object.keys(changes).length > 0, { message: 'nothing to change is given' }),
    responses: { 200: integrationSchema },
    errors: ['already_exists', 'kind_unknown', 'conflict'],
  }),
  remove: endpoint({
    method: 'DELETE',
    path: '/v1/integrations/:id',
    summary: 'Remove an integration',
    tag,
    security,
    responses: { 204: null },
  }),
  credentials: endpoint({
    method: 'GET',
    path: '/v1/integrations/:id/credentials',
    summary: 'List the credentials of an integration, without their secrets',
    tag,
    security,
    responses: { 200: z.object({ items: z.array(z.object(credentialFields).meta({ id: 'Credential' })) }) },
  }),
  rotate: endpoint({
    method: 'POST',
    path: '/v1/integrations/:id/credentials',
    summary: 'Add a second credential, so that one can be replaced without an outage',
    description: 'A third of the same type is refused until one is revoked. The answer shows the secret once.',
    tag,
    security,
    body: z.strictObject({ type: credentialType }),
    responses: {
      201: z
        .object({ ...credentialFields, token: z.string().optional(), secretKey: z.string().optional() })
        .meta({ id: 'NewCredential' }),
    },
    errors: ['wrong_state'],
  }),
  revoke: endpoint({
    method: 'DELETE',
    path: '/v1/integrations/:id/credentials/:credentialId',
    summary: 'Revoke a credential',
    tag,
    security,
    responses: { 204: null },
  }),
  users: endpoint({
    method: 'GET',
    path: '/v1/integrations/:id/users',
    summary: 'List the users of an integration',
    tag,
    security,
    query: users.list.query,
    responses: { 200: pageOf(userSchema) },
  }),
  updateUser: endpoint({
    method: 'PATCH',
    path: '/v1/integrations/:id/users/:userId',
    summary: 'Set the status of a user of an integration',
    tag,
    security,
    body: userChange,
    responses: { 200: userSchema },
  }),
  issueAccessPass: endpoint({
    method: 'POST',
    path: '/v1/integrations/:id/users/:userId/access-pass',
    summary: 'Give a user of an integration who has lost everything a code that works once',
    tag,
    security,
    body: accessPassRequest,
    responses: { 201: newAccessPass },
    errors: ['user_inactive', 'kind_not_allowed'],
  }),
  enrollments: endpoint({
    method: 'GET',
    path: '/v1/integrations/:id/enrollments',
    summary: 'List the enrollments of an integration',
    tag,
    security,
    query: enrollments.list.query,
    responses: enrollments.list.responses,
  }),
  challenges: endpoint({
    method: 'GET',
    path: '/v1/integrations/:id/challenges',
    summary: 'List the challenges of an integration',
    tag,
    security,
    query: challenges.list.query,
    responses: challenges.list.responses,
  }),
};

/** Who am I. */
export const whoami = endpoint({
  method: 'GET',
  path: '/v1/integration',
  summary: 'Read the integration whose credentials are used',
  tag: 'integrations',
  security: 'integration',
  responses: {
    200: z.object({
      id: idOf('int'),
      tenantId: idOf('tnt'),
      realmId: idOf('rlm'),
      name,
      endpoint: z.string(),
      policy,
      doors: z.array(z.string()).meta({ description: 'The doors it answers at.', examples: [['rest']] }),
    }),
  },
});
