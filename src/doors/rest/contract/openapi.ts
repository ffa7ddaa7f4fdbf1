import { endpoint } from '../../../http/endpoint.ts';
import { jsonObject } from './fields.ts';

export const openapi = endpoint({
  method: 'GET',
  path: '/v1/openapi.json',
  summary: 'Read this description',
  tag: 'about',
  security: 'none',
  responses: { 200: jsonObject },
});
