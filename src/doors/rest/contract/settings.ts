import { endpoint } from '../../../http/endpoint.ts';
import { jsonObject } from './fields.ts';

const tag = 'settings';
const security = 'administrator';
const path = '/v1/settings/:name';

const value = jsonObject.meta({
  description: 'What the setting holds: `theme` (how the pages look), `templates` (what messages say).',
  examples: [{ name: 'Example', primaryColor: '#0b57d0' }],
});

export const settings = {
  get: endpoint({
    method: 'GET',
    path,
    summary: 'Read a setting of the tenant',
    description: '`not_found` when it is not set.',
    tag,
    security,
    responses: { 200: value },
  }),
  set: endpoint({
    method: 'PUT',
    path,
    summary: 'Set a setting of the tenant',
    tag,
    security,
    body: value,
    responses: { 200: value },
  }),
  remove: endpoint({
    method: 'DELETE',
    path,
    summary: 'Take a setting of the tenant away',
    tag,
    security,
    responses: { 204: null },
  }),
};
