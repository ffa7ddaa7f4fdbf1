import { Hono } from 'hono';
import { CountersignError } from '../../core/errors.ts';
import type { Engine } from '../../engine/engine.ts';
import type { HttpDoor, HttpEnv } from '../../http/door.ts';
import { toRefusal } from '../../http/problem.ts';
import { apiHeaders } from '../../http/security-headers.ts';
import { answerJson, answerRefusal } from './answers.ts';
import { authCode } from './auth-code.ts';
import { authenticateRecovery } from './authenticate-recovery.ts';
import { authenticate } from './authenticate.ts';
import type { AdjureEndpoint } from './endpoint.ts';
import { identifyCaller, type TokenlessIntegration } from './identify-caller.ts';
import { provision } from './provision.ts';
import { qrcode } from './qrcode.ts';
import { regenerateRecoveryCodes } from './regenerate-recovery-codes.ts';

export interface AdjureDoorOptions {
  engine: Engine;
  /** Finds the integration that speaks for callers without a token, to the addresses its settings name. Default: none. */
  tokenlessIntegration?: TokenlessIntegration;
  /** Hears of what went wrong without being a refusal. Default: nobody. */
  report?: (error: unknown) => void;
}

const endpoints: readonly AdjureEndpoint[] = [
  provision,
  authCode,
  authenticate,
  authenticateRecovery,
  regenerateRecoveryCodes,
  qrcode,
];

/** The HTTP interface of Adjure: one secret and ten recovery codes per user of the calling application. */
export function adjureDoor(options: AdjureDoorOptions): HttpDoor {
  const { engine, report } = options;
  const app = new Hono<HttpEnv>();
  app.notFound(() => answerRefusal(new CountersignError('not_found')));
  app.onError((error) => {
    const refusal = toRefusal(error);
    if (refusal.status >= 500) report?.(error);
    return answerRefusal(refusal);
  });

  for (const { method, path, answer } of endpoints) {
    app.on(method, path, async (c) => {
      const { raw: request } = c.req;
      const { source } = c.env;
      const caller = await identifyCaller(engine, options.tokenlessIntegration, {
        headers: request.headers,
        url: request.url,
        source,
      });
      return answer({ ...caller, request, engine });
    });
    answerOtherMethods(app, path, method);
  }

  // For load balancers, which hold no token: it tells nothing but that the database answers.
  app.get('/healthcheck', async () => {
    await engine.checkHealth();
    return answerJson({});
  });
  answerOtherMethods(app, '/healthcheck', 'GET');

  return { name: 'adjure', segments: ['user', 'healthcheck'], app };
}

/** `OPTIONS`, and 405 for every method that the path does not have. Hono itself answers `HEAD` where there is `GET`. */
function answerOtherMethods(app: Hono<HttpEnv>, path: string, method: AdjureEndpoint['method']): void {
  const allow = method === 'GET' ? 'GET, HEAD, OPTIONS' : 'OPTIONS, POST';
  app.options(path, () => new Response(null, { headers: { ...apiHeaders, Allow: allow } }));
  app.all(path, () => answerRefusal(new CountersignError('method_not_allowed'), { Allow: allow }));
}
