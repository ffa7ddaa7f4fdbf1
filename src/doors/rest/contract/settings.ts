import { messageTemplatesSchema } from '../../../core/settings/message-templates.ts';
import { themeSchema } from '../../../core/settings/theme.ts';
import { endpoint } from '../../../http/endpoint.ts';

const tag = 'settings';
const security = 'administrator';

const theme = themeSchema.meta({
  description: 'How the hosted pages look.',
  examples: [{ name: 'Example', primaryColor: '#0b57d0' }],
});
const templates = messageTemplatesSchema.meta({
  description: 'What messages say, by language; in place of the built-in texts.',
  examples: [{ de: { code: { subject: 'Ihr Code', text: 'Code: {code}', short: 'Code: {code}' } } }],
});

export const settings = {
  theme: {
    get: endpoint({
      method: 'GET',
      path: '/v1/settings/theme',
      summary: 'Read the theme of the tenant',
      description: 'Empty when nothing is set.',
      tag,
      security,
      responses: { 200: theme },
    }),
    set: endpoint({
      method: 'PUT',
      path: '/v1/settings/theme',
      summary: 'Set the theme of the tenant',
      tag,
      security,
      body: theme,
      responses: { 200: theme },
    }),
    remove: endpoint({
      method: 'DELETE',
      path: '/v1/settings/theme',
      summary: 'Take the theme of the tenant away',
      tag,
      security,
      responses: { 204: null },
    }),
  },
  templates: {
    get: endpoint({
      method: 'GET',
      path: '/v1/settings/templates',
      summary: 'Read what the messages of the tenant say',
      description: 'Empty when nothing is set.',
      tag,
      security,
      responses: { 200: templates },
    }),
    set: endpoint({
      method: 'PUT',
      path: '/v1/settings/templates',
      summary: 'Set what the messages of the tenant say',
      description: 'Replaces the whole of what was there.',
      tag,
      security,
      body: templates,
      responses: { 200: templates },
    }),
    remove: endpoint({
      method: 'DELETE',
      path: '/v1/settings/templates',
      summary: 'Take the texts of the tenant away',
      tag,
      security,
      responses: { 204: null },
    }),
  },
};
