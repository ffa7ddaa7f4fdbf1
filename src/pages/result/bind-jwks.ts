import type { Hono } from 'hono';
import type { HttpEnv } from '../../http/door.ts';
import type { PageParts } from '../parts.ts';
import { publicJwk } from './sign-result.ts';

/** `GET /portal/jwks.json`: the keys that verify results. */
export function bindJwks(app: Hono<HttpEnv>, parts: PageParts): void {
  app.get(
    '/portal/jwks.json',
    async () =>
      new Response(JSON.stringify({ keys: [await publicJwk(parts)] }), {
        headers: {
          'Content-Type': 'application/jwk-set+json',
          'Cache-Control': 'public, max-age=300',
          'X-Content-Type-Options': 'nosniff',
        },
      }),
  );
}
