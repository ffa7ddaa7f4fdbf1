import { createMiddleware } from 'hono/factory';
import type { HttpEnv } from '../../http/door.ts';

/** Lets a page of any origin send requests and read the answers, and answers the browser that asks first (CORS). */
export const allowAnyOrigin = createMiddleware<HttpEnv>(async (c, next) => {
  await next();
  if (c.req.header('origin') === undefined) return;
  c.header('Access-Control-Allow-Origin', '*');
  if (c.req.method !== 'OPTIONS' || c.req.header('access-control-request-method') === undefined) return;
  c.header('Access-Control-Allow-Methods', 'GET, HEAD, OPTIONS, POST');
  c.header('Access-Control-Allow-Headers', 'Accept, Authorization, Content-Type, X-Integration-Token');
  c.header('Access-Control-Max-Age', '86400');
});
