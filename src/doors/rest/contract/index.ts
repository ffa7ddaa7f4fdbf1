import { administrators } from './administrators.ts';
import { audit } from './audit.ts';
import { challenges } from './challenges.ts';
import { decide } from './decide.ts';
import { devices } from './devices.ts';
import { enrollments } from './enrollments.ts';
import { integrations, whoami } from './integrations.ts';
import { kinds } from './kinds.ts';
import { openapi } from './openapi.ts';
import { passkeys } from './passkeys.ts';
import { settings } from './settings.ts';
import { tenants } from './tenants.ts';
import { trustedBrowsers } from './trusted-browsers.ts';
import { users } from './users.ts';
import { verify } from './verify.ts';
import { webhooks } from './webhooks.ts';

/**
 * Every endpoint of the REST door, declared once: routing, validation, the OpenAPI document and the typed client come from
 * here. Pure data: it imports no server code.
 */
export const contract = {
  verify,
  decide,
  users,
  devices,
  enrollments,
  challenges,
  passkeys,
  trustedBrowsers,
  kinds,
  whoami,
  audit,
  tenants,
  integrations,
  webhooks,
  settings,
  administrators,
  openapi,
};

export type Contract = typeof contract;

/** What each tag of the OpenAPI document is about. */
export const tags = {
  verify: 'User and code in one call.',
  decisions: 'What to do with somebody who has passed the first factor.',
  users: 'The people who prove who they are.',
  devices: 'Their registered authenticators.',
  enrollments: 'The process of adding a device.',
  challenges: 'The process of proving.',
  passkeys: 'Sign-in without a user name.',
  'trusted browsers': 'Browsers that skip the second factor of their user for a time.',
  kinds: 'The sorts of devices.',
  audit: 'What happened: hash-chained, signed, verifiable from outside.',
  tenants: 'Organisations.',
  integrations: 'Applications and appliances that are protected.',
  webhooks: 'How an integration is told what happens, by signed requests.',
  settings: 'What holds for a whole tenant: how its pages look, what its messages say.',
  administrators: 'The people who administer a tenant.',
  about: 'This API.',
} as const;
