import { Hono } from 'hono';
import type { Caller, Engine } from '../../engine/engine.ts';
import type { HttpDoor, HttpEnv } from '../../http/door.ts';
import { doorName } from './door-name.ts';
import { toResponse } from './reply.ts';
import { type Resource, serveResource } from './resource.ts';
import { challenge } from './resources/challenge.ts';
import { challengeCompletion } from './resources/challenge-completion.ts';
import { challenges } from './resources/challenges.ts';
import { decision } from './resources/decision.ts';
import { deviceKinds } from './resources/device-kinds.ts';
import { enrollment } from './resources/enrollment.ts';
import { enrollmentCompletion } from './resources/enrollment-completion.ts';
import { enrollmentPreparation } from './resources/enrollment-preparation.ts';
import { enrollments } from './resources/enrollments.ts';
import { tenantIntegrations } from './resources/tenant-integrations.ts';
import { tenants } from './resources/tenants.ts';

export interface Oss2faSettings {
  /** Lets anybody read `/devices-kind`. Default false. */
  openKindList?: boolean;
  /** Lets anybody create tenants. Default false. */
  openTenants?: boolean;
  /** Lets pages of any origin read the answers. Default true: this API always did, and uses no cookie. */
  corsAllowAll?: boolean;
}

export interface Oss2faDoorOptions {
  engine: Engine;
  settings?: Oss2faSettings;
  /** Hears of what went wrong without being a refusal. Default: nobody. */
  report?: (error: unknown) => void;
}

/** The API of the OSS2FA server, in both of its dialects: `/integrations/…` with a token, `/integration/…` with a key pair. */
export function oss2faDoor({ engine, settings = {}, report = () => undefined }: Oss2faDoorOptions): HttpDoor {
  const { openKindList = false, openTenants = false, corsAllowAll = true } = settings;
  const server = { engine, corsAllowAll, report };
  // One trailing slash changes nothing.
  const app = new Hono<HttpEnv>({ strict: false });

  const serve = <Who extends Caller>(path: string, resource: Resource<Who>) => {
    app.all(path, serveResource(server, resource));
  };
  for (const prefix of ['/integration', '/integrations']) {
    serve(`${prefix}/clients/auth`, decision);
    serve(`${prefix}/enrollments`, enrollments);
    serve(`${prefix}/enrollments/:pk{[0-9]+}`, enrollment);
    serve(`${prefix}/enrollments/:pk{[0-9]+}/prepare-device`, enrollmentPreparation);
    serve(`${prefix}/enrollments/:pk{[0-9]+}/complete`, enrollmentCompletion);
    serve(`${prefix}/challenges`, challenges);
    serve(`${prefix}/challenges/:pk{[0-9]+}`, challenge);
    serve(`${prefix}/challenges/:pk{[0-9]+}/complete`, challengeCompletion);
  }
  serve('/devices-kind', deviceKinds(openKindList));
  serve('/tenants', tenants(openTenants));
  serve('/tenants/integrations', tenantIntegrations);

  app.notFound(() =>
    toResponse({ status: 404, body: { detail: 'Not found.' }, headers: { 'X-Error-Code': 'not_found' } }, {}),
  );

  return { name: doorName, segments: ['integrations', 'integration', 'tenants', 'devices-kind'], app };
}
