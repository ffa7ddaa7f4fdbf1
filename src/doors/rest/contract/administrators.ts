import { z } from 'zod';
import { endpoint } from '../../../http/endpoint.ts';
import { idOf, text, timestamp } from './fields.ts';

const tag = 'administrators';
const security = 'administrator';

const login = text(128).meta({ examples: ['bob'] });
const email = z
  .string()
  .min(3)
  .max(254)
  .meta({ format: 'email', examples: ['bob@example.org'] });
const firstName = text(128).meta({ examples: ['Bob'] });
const lastName = text(128).meta({ examples: ['Example'] });

export const administratorSchema = z
  .object({
    id: idOf('adm'),
    tenantId: idOf('tnt'),
    login,
    email,
    firstName,
    lastName,
    active: z.boolean(),
    createdAt: timestamp,
  })
  .meta({ id: 'Administrator' });

const password = z
  .string()
  .min(1)
  .max(1024)
  .meta({ examples: ['correct horse battery staple'] });

export const newAdministrator = z
  .strictObject({
    login: login.optional().meta({ description: 'Unique in the whole installation. Default: the e-mail address.' }),
    email,
    firstName,
    lastName,
    password,
  })
  .meta({ id: 'NewAdministrator' });

export const administrators = {
  create: endpoint({
    method: 'POST',
    path: '/v1/administrators',
    summary: 'Create an administrator of the tenant',
    tag,
    security,
    body: newAdministrator,
    responses: { 201: administratorSchema },
    errors: ['already_exists'],
  }),
  list: endpoint({
    method: 'GET',
    path: '/v1/administrators',
    summary: 'List the administrators of the tenant',
    tag,
    security,
    responses: { 200: z.object({ items: z.array(administratorSchema) }) },
  }),
  update: endpoint({
    method: 'PATCH',
    path: '/v1/administrators/:id',
    summary: 'Disable or enable an administrator, or set his password',
    description:
      'At once, in all of it or in nothing. A new password and `active: false` end all his tokens. The last active administrator of the platform cannot disable himself (`wrong_state`).',
    tag,
    security,
    body: z
      .strictObject({ active: z.boolean().optional(), password: password.optional() })
      .refine((changes) => Object.keys(changes).length > 0, { message: 'nothing to change is given' }),
    responses: { 200: administratorSchema },
    errors: ['wrong_state'],
  }),
  revokeTokens: endpoint({
    method: 'DELETE',
    path: '/v1/administrators/:id/tokens',
    summary: 'Revoke all bearer tokens of an administrator',
    tag,
    security,
    responses: { 204: null },
  }),
  issueToken: endpoint({
    method: 'POST',
    path: '/v1/administrators/token',
    summary: 'Issue a bearer token to the administrator who asks',
    tag,
    security,
    responses: { 201: z.object({ token: z.string().meta({ examples: ['csa_…'] }), expiresAt: timestamp }) },
  }),
};
