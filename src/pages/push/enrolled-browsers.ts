import type { Context } from 'hono';
import { z } from 'zod';
import type { Device, User } from '../../core/model.ts';
import { hashToken } from '../../crypto/index.ts';
import type { IntegrationCaller } from '../../engine/engine.ts';
import type { HttpEnv } from '../../http/door.ts';
import type { PageParts } from '../parts.ts';
import { browserCookie, longestLifeMs, readBrowserCookies } from './browser-cookies.ts';

const purpose = 'push-browser';

const content = z.object({ token: z.string() });

/** A browser that is a device of a user. */
export interface EnrolledBrowser {
  /** Speaks for the integration at which it was enrolled, on behalf of its user. */
  caller: IntegrationCaller;
  user: User;
  device: Device;
  /** What only this browser has. */
  token: string;
}

/** Has a browser keep its token: sealed, so that what is in the cookie is good for these pages and for nothing else. */
export function keepToken(
  parts: PageParts,
  caller: IntegrationCaller,
  { id, userId }: Device,
  token: string,
  secure: boolean,
): string {
  const expiresAt = parts.clock.now() + longestLifeMs;
  const ticket = parts.engine.portalTickets.issue(caller, purpose, { subject: userId, content: { token }, expiresAt });
  return browserCookie(id, ticket, secure);
}

/** The devices that the browser of a request is: what its cookies say, as far as it still holds. */
export async function openBrowsers(parts: PageParts, c: Context<HttpEnv>): Promise<EnrolledBrowser[]> {
  const browsers = new Map<string, EnrolledBrowser>();
  for (const ticket of readBrowserCookies(c)) {
    const browser = await openBrowser(parts, ticket, c.env.source);
    if (browser !== undefined) browsers.set(browser.device.id, browser);
  }
  return [...browsers.values()];
}

async function openBrowser(parts: PageParts, text: string, source: string): Promise<EnrolledBrowser | undefined> {
  const ticket = await parts.engine.portalTickets.open(purpose, text, source);
  const opened = content.safeParse(ticket?.content);
  if (ticket === undefined || !opened.success) return undefined;
  const { token } = opened.data;
  const { caller } = ticket;
  const found = await parts.engine.devices.findByLookup(caller, 'push', hashToken(token));
  if (found === undefined || found.device.status !== 'active' || found.user.status === 'inactive') return undefined;
  return { caller, ...found, token };
}
