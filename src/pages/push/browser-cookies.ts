import type { Context } from 'hono';
import type { HttpEnv } from '../../http/door.ts';

const name = 'countersign-push-';

/** More accounts than anybody approves for in one browser; what is beyond is not looked at. */
const most = 8;

/** Browsers keep a cookie for 400 days at most (RFC 6265bis §5.5). */
export const longestLifeMs = 400 * 24 * 60 * 60 * 1000;

/** `__Host-`: only this very host can have set it, over TLS, for all of itself. Plain HTTP is spoken on loopback only. */
const prefixOf = (secure: boolean) => (secure ? `__Host-${name}` : name);

/** The cookie in which a browser keeps what makes it a device: one for each account, named after the device so that none drives out another. */
export function browserCookie(deviceId: string, ticket: string, secure: boolean): string {
  const attributes = ['Path=/', 'HttpOnly', 'SameSite=Strict', `Max-Age=${longestLifeMs / 1000}`];
  return [`${prefixOf(secure)}${deviceId}=${ticket}`, ...attributes, ...(secure ? ['Secure'] : [])].join('; ');
}

/** The tickets in the cookies of a request. A name that comes twice was set by somebody else, and counts for nothing (WEB-06). */
export function readBrowserCookies(c: Context<HttpEnv>): string[] {
  const prefix = prefixOf(c.env.secure);
  const found = new Map<string, string | undefined>();
  for (const pair of (c.req.header('cookie') ?? '').split(';')) {
    const at = pair.indexOf('=');
    const cookie = pair.slice(0, Math.max(0, at)).trim();
    if (cookie.startsWith(prefix)) found.set(cookie, found.has(cookie) ? undefined : pair.slice(at + 1).trim());
  }
  return [...found.values()].filter((ticket) => ticket !== undefined).slice(0, most);
}
