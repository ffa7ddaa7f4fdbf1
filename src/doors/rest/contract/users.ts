import { z } from 'zod';
import { endpoint } from '../../../http/endpoint.ts';
import { deviceSchema } from './devices.ts';
import { idOf, jsonObject, pageOf, pageQuery, portalFields, text, timestamp, userName } from './fields.ts';

const tag = 'users';
const security = 'integration';

const status = z.enum(['active', 'bypass', 'inactive']).meta({
  description: '`bypass` is let in without a second factor; `inactive` is always refused.',
});

export const userSchema = z
  .object({ id: idOf('usr'), name: userName, status, createdAt: timestamp, updatedAt: timestamp })
  .meta({ id: 'User' });

/** Why somebody is given an access pass, and for how long. */
export const accessPassRequest = z.strictObject({
  reason: text(500).meta({
    description: 'Why, for the audit trail.',
    examples: ['Lost his telephone; seen in person at the desk'],
  }),
  lifeSeconds: z.int().min(600).max(604_800).optional().meta({ description: 'Default: that of the kind, an hour.' }),
});

/** An access pass in the one answer that shows it. */
export const newAccessPass = z
  .object({
    code: z.string().meta({
      description: 'For the user alone. It works once and cannot be read again.',
      examples: ['7XK4M-29QZD-PW8TB'],
    }),
    expiresAt: timestamp,
    device: deviceSchema,
  })
  .meta({ id: 'NewAccessPass' });

/** A change of a user. */
export const userChange = z.strictObject({ status });

export const users = {
  create: endpoint({
    method: 'POST',
    path: '/v1/users',
    summary: 'Create a user',
    tag,
    security,
    body: z.strictObject({ name: userName, status: status.optional() }),
    responses: { 201: userSchema },
    errors: ['user_exists'],
    idempotent: true,
  }),
  list: endpoint({
    method: 'GET',
    path: '/v1/users',
    summary: 'List users, or find one by name',
    tag,
    security,
    query: pageQuery.extend({ name: userName.optional() }),
    responses: { 200: pageOf(userSchema) },
  }),
  get: endpoint({
    method: 'GET',
    path: '/v1/users/:id',
    summary: 'Read a user',
    tag,
    security,
    responses: { 200: userSchema },
  }),
  update: endpoint({
    method: 'PATCH',
    path: '/v1/users/:id',
    summary: 'Set the status of a user',
    tag,
    security,
    body: userChange,
    responses: { 200: userSchema },
  }),
  remove: endpoint({
    method: 'DELETE',
    path: '/v1/users/:id',
    summary: 'Remove a user with all devices, enrollments and challenges',
    tag,
    security,
    responses: { 204: null },
  }),
  unlock: endpoint({
    method: 'POST',
    path: '/v1/users/:id/unlock',
    summary: 'Forgive the wrong answers of a user who has run out of guesses',
    tag,
    security,
    responses: { 200: userSchema },
  }),
  openPortal: endpoint({
    method: 'POST',
    path: '/v1/users/:id/portal-ticket',
    summary: 'Let a user who has passed the first factor see to his devices on the hosted page',
    description:
      'The address is for his browser alone and opens the page My devices for half an hour. He may look; for each change the page asks for one of his devices.',
    tag,
    security,
    body: z.strictObject({ returnUrl: portalFields.returnUrl }).optional(),
    responses: {
      201: z
        .object({
          portalUrl: z.string().meta({ examples: ['https://2fa.example.org/portal/devices/?token=…'] }),
          expiresAt: timestamp,
        })
        .meta({ id: 'PortalTicket' }),
    },
    errors: ['user_inactive', 'door_closed'],
  }),
  issueAccessPass: endpoint({
    method: 'POST',
    path: '/v1/users/:id/access-pass',
    summary: 'Give a user who has lost everything a code that works once',
    description: 'A pass that he has not used is void. He is told of it, and the trail keeps the reason.',
    tag,
    security,
    body: accessPassRequest,
    responses: { 201: newAccessPass },
    errors: ['user_inactive', 'kind_not_allowed'],
  }),
  devices: endpoint({
    method: 'GET',
    path: '/v1/users/:id/devices',
    summary: 'List the devices of a user',
    tag,
    security,
    responses: { 200: z.object({ items: z.array(deviceSchema) }) },
  }),
  replaceRecoveryCodes: endpoint({
    method: 'POST',
    path: '/v1/users/:id/recovery-codes',
    summary: 'Replace the recovery codes of a user',
    description: 'The answer shows the codes; they cannot be read again. The codes before are void.',
    tag,
    security,
    body: z.strictObject({ options: jsonObject.optional() }).optional(),
    responses: { 201: z.object({ device: deviceSchema, shown: jsonObject.optional() }) },
    errors: ['conflict', 'kind_unknown', 'kind_not_allowed'],
    idempotent: true,
  }),
};
