import { Hono } from 'hono';
import { type Clock, systemClock } from '../../core/clock.ts';
import type { JsonObject } from '../../core/model.ts';
import type { Engine } from '../../engine/engine.ts';
import { bindEndpoints, type EndpointDoor, type EndpointHandlers } from '../../http/bind-endpoint.ts';
import { bindFallback } from '../../http/bind-fallback.ts';
import type { HttpDoor, HttpEnv } from '../../http/door.ts';
import { admission, doorName } from './admit.ts';
import { type Contract, contract } from './contract/index.ts';
import { administratorHandlers } from './handlers/administrators.ts';
import { auditHandlers } from './handlers/audit.ts';
import { challengeHandlers } from './handlers/challenges.ts';
import { decideHandler } from './handlers/decide.ts';
import { deviceHandlers } from './handlers/devices.ts';
import { enrollmentHandlers } from './handlers/enrollments.ts';
import { integrationHandlers, whoamiHandler } from './handlers/integrations.ts';
import { kindHandlers } from './handlers/kinds.ts';
import { settingHandlers } from './handlers/settings.ts';
import { passkeyHandlers } from './handlers/passkeys.ts';
import { tenantHandlers } from './handlers/tenants.ts';
import { trustedBrowserHandlers } from './handlers/trusted-browsers.ts';
import { userHandlers } from './handlers/users.ts';
import { verifyHandler } from './handlers/verify.ts';
import { webhookHandlers } from './handlers/webhooks.ts';
import { portalLinks } from './portal-links.ts';
import { describeApi } from './openapi-document.ts';

export interface RestDoorOptions {
  engine: Engine;
  /** Version of the server, as the OpenAPI document tells it. */
  version: string;
  /** How browsers reach `/portal`, without a slash at the end; asked for when it is needed. Left out: there are no pages. */
  portal?: (() => string) | undefined;
  /** Default: the machine's clock. */
  clock?: Clock;
  /** Hears of what went wrong without being a refusal. Default: nobody. */
  report?: (error: unknown) => void;
}

/** The native API: JSON over HTTP, described by `GET /v1/openapi.json`. */
export function restDoor(options: RestDoorOptions): HttpDoor {
  const { engine, version, portal, clock = systemClock, report = () => undefined } = options;
  const links = portalLinks(engine, portal, clock);
  const app = new Hono<HttpEnv>();
  const door: EndpointDoor = { admit: admission(engine), idempotency: engine.idempotency, report };
  let document: JsonObject | undefined;
  const handlers: EndpointHandlers<Contract> = {
    verify: verifyHandler(engine),
    decide: decideHandler(engine),
    users: userHandlers(engine, links),
    devices: deviceHandlers(engine),
    enrollments: enrollmentHandlers(engine, links),
    challenges: challengeHandlers(engine, links),
    trustedBrowsers: trustedBrowserHandlers(engine),
    passkeys: passkeyHandlers(engine),
    kinds: kindHandlers(engine),
    whoami: whoamiHandler(),
    audit: auditHandlers(engine),
    tenants: tenantHandlers(engine),
    integrations: integrationHandlers(engine),
    webhooks: webhookHandlers(engine),
    settings: settingHandlers(engine),
    administrators: administratorHandlers(engine),
    openapi: async () => (document ??= describeApi(version)),
  };
  bindEndpoints(app, contract, handlers, door);
  bindFallback(app, contract, door);
  return { name: doorName, segments: ['v1'], app };
}
