import { Hono } from 'hono';
import { type Clock, systemClock } from '../core/clock.ts';
import { CountersignError } from '../core/errors.ts';
import { type Random, systemRandom } from '../core/random.ts';
import type { Engine } from '../engine/engine.ts';
import { portalDoor } from '../engine/portal-tickets.ts';
import type { HttpDoor, HttpEnv } from '../http/door.ts';
import { bindPage, guarded } from './bind-page.ts';
import { challengePage } from './challenge/challenge-page.ts';
import { devicesPage } from './devices/devices-page.ts';
import { enrollmentPage } from './enroll/enrollment-page.ts';
import { loadAssets } from './frame/assets.ts';
import { bindJwks } from './result/bind-jwks.ts';
import type { PageParts } from './parts.ts';
import { bindPushPages } from './push/bind-push-pages.ts';

export interface HostedPagesOptions {
  engine: Engine;
  /** How browsers reach this server, without a slash at the end; asked for when it is needed. */
  publicUrl: () => string;
  /** Default: the machine's clock. */
  clock?: Clock;
  /** Default: the operating system's generator. */
  random?: Random;
  /** The key with which browsers subscribe to Web Push. Left out: they are not woken. */
  pushKey?: (() => string) | undefined;
  /** Hears of what went wrong without being a refusal. Default: nobody. */
  report?: (error: unknown) => void;
}

/** The pages below `/portal`, on which people add devices and answer challenges. */
export function hostedPages(options: HostedPagesOptions): HttpDoor {
  const { engine, publicUrl, clock = systemClock, random = systemRandom, pushKey, report = () => undefined } = options;
  const parts: PageParts = { engine, publicUrl, clock, random, pushKey, report, assets: loadAssets() };
  const app = new Hono<HttpEnv>();
  parts.assets.bind(app);
  bindJwks(app, parts);
  bindPage(app, parts, enrollmentPage);
  bindPage(app, parts, challengePage);
  bindPage(app, parts, devicesPage);
  const closePushPages = bindPushPages(app, parts);
  app.notFound((c) => guarded(parts, c, () => refuse(new CountersignError('not_found'))));
  app.onError((error, c) => guarded(parts, c, () => refuse(error)));
  return { name: portalDoor, segments: ['portal'], app, close: closePushPages };
}

async function refuse(error: Error): Promise<never> {
  throw error;
}
