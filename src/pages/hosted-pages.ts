import { Hono } from 'hono';
import { type Clock, systemClock } from '../core/clock.ts';
import { CountersignError } from '../core/errors.ts';
import type { Engine } from '../engine/engine.ts';
import { portalDoor } from '../engine/portal-tickets.ts';
import type { HttpDoor, HttpEnv } from '../http/door.ts';
import { bindPage, guarded } from './bind-page.ts';
import { enrollmentPage } from './enroll/enrollment-page.ts';
import { loadAssets } from './frame/assets.ts';
import type { PageParts } from './parts.ts';

export interface HostedPagesOptions {
  engine: Engine;
  /** How browsers reach this server, without a slash at the end; asked for when it is needed. */
  publicUrl: () => string;
  /** Default: the machine's clock. */
  clock?: Clock;
  /** Hears of what went wrong without being a refusal. Default: nobody. */
  report?: (error: unknown) => void;
}

/** The pages below `/portal`, on which people add devices and answer challenges. */
export function hostedPages(options: HostedPagesOptions): HttpDoor {
  const { engine, publicUrl, clock = systemClock, report = () => undefined } = options;
  const parts: PageParts = { engine, publicUrl, clock, report, assets: loadAssets() };
  const app = new Hono<HttpEnv>();
  parts.assets.bind(app);
  bindPage(app, parts, enrollmentPage);
  app.notFound((c) => guarded(parts, c, () => refuse(new CountersignError('not_found'))));
  app.onError((error, c) => guarded(parts, c, () => refuse(error)));
  return { name: portalDoor, segments: ['portal'], app };
}

async function refuse(error: Error): Promise<never> {
  throw error;
}
