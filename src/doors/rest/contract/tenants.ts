import { z } from 'zod';
import { endpoint } from '../../../http/endpoint.ts';
import { administratorSchema, newAdministrator } from './administrators.ts';
import { idOf, pageOf, pageQuery, text, timestamp } from './fields.ts';

const tag = 'tenants';
const security = 'administrator';

const name = text(128).meta({ examples: ['Example'] });

const tenantSchema = z
  .object({ id: idOf('tnt'), name, active: z.boolean(), createdAt: timestamp, updatedAt: timestamp })
  .meta({ id: 'Tenant' });

export const tenants = {
  create: endpoint({
    method: 'POST',
    path: '/v1/tenants',
    summary: 'Create a tenant, with its first administrator',
    description: 'For platform administrators.',
    tag,
    security,
    body: z.strictObject({ name, administrator: newAdministrator.optional() }),
    responses: { 201: z.object({ tenant: tenantSchema, administrator: administratorSchema.optional() }) },
    errors: ['already_exists'],
  }),
  list: endpoint({
    method: 'GET',
    path: '/v1/tenants',
    summary: 'List the tenants',
    description: 'For platform administrators.',
    tag,
    security,
    query: pageQuery,
    responses: { 200: pageOf(tenantSchema) },
  }),
  get: endpoint({
    method: 'GET',
    path: '/v1/tenants/:id',
    summary: 'Read a tenant',
    tag,
    security,
    responses: { 200: tenantSchema },
  }),
  update: endpoint({
    method: 'PATCH',
    path: '/v1/tenants/:id',
    summary: 'Close or open a tenant',
    description: 'For platform administrators. All doors of an inactive tenant are closed at once.',
    tag,
    security,
    body: z.strictObject({ active: z.boolean() }),
    responses: { 200: tenantSchema },
    errors: ['wrong_state'],
  }),
};
