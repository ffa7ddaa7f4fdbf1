import { z } from 'zod';
import { endpoint } from '../../../http/endpoint.ts';
import { idOf, text, timestamp } from './fields.ts';

const tag = 'trusted browsers';
const security = 'integration';

const browserName = text(128).meta({ examples: ['Firefox at home'] });

const browserSchema = z
  .object({
    id: idOf('brw'),
    userId: idOf('usr'),
    name: browserName,
    createdAt: timestamp,
    lastUsedAt: timestamp.optional(),
    expiresAt: timestamp,
  })
  .meta({ id: 'TrustedBrowser', description: 'A browser that skips the second factor of its user for a time.' });

/** The token of a trusted browser, which replaces the one it has. */
export const trustedDevice = z
  .object({
    token: z.string().meta({
      description: 'For that browser alone, e.g. in a cookie (Secure, HttpOnly). Each use replaces it.',
    }),
    expiresAt: timestamp,
  })
  .meta({ id: 'TrustedDevice' });

export const trustedBrowsers = {
  trust: endpoint({
    method: 'POST',
    path: '/v1/challenges/:id/trust',
    summary: 'Trust the browser in which a challenge was passed',
    description:
      'Once for each challenge, within five minutes after it was passed, and only where the policy trusts browsers. The token goes into `context.trustedDeviceToken` of the next decision.',
    tag,
    security,
    body: z.strictObject({ name: browserName.optional() }).optional(),
    responses: { 201: trustedDevice.extend({ browser: browserSchema }).meta({ id: 'NewTrustedBrowser' }) },
    errors: ['wrong_state', 'user_inactive'],
  }),
  list: endpoint({
    method: 'GET',
    path: '/v1/users/:id/trusted-browsers',
    summary: 'List the browsers that this integration trusts for a user',
    tag,
    security,
    responses: { 200: z.object({ items: z.array(browserSchema) }) },
  }),
  rename: endpoint({
    method: 'PATCH',
    path: '/v1/users/:id/trusted-browsers/:browserId',
    summary: 'Rename a trusted browser',
    tag,
    security,
    body: z.strictObject({ name: browserName }),
    responses: { 200: browserSchema },
  }),
  revoke: endpoint({
    method: 'DELETE',
    path: '/v1/users/:id/trusted-browsers/:browserId',
    summary: 'Trust a browser no more',
    tag,
    security,
    responses: { 204: null },
  }),
  revokeAll: endpoint({
    method: 'DELETE',
    path: '/v1/users/:id/trusted-browsers',
    summary: 'Trust no browser of a user any more',
    description: 'Of every integration. Do this when his password was changed.',
    tag,
    security,
    responses: { 204: null },
  }),
};
