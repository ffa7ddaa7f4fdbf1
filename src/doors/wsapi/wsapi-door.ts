import { Hono } from 'hono';
import type { Clock } from '../../core/clock.ts';
import { CountersignError } from '../../core/errors.ts';
import type { Engine } from '../../engine/engine.ts';
import type { HttpDoor, HttpEnv } from '../../http/door.ts';
import { problemResponse, toRefusal } from '../../http/problem.ts';
import { apiHeaders } from '../../http/security-headers.ts';
import { formatYubicoResponse, yubicoTime } from '../../otp/index.ts';
import { doorName } from './door-name.ts';
import { findClient } from './find-client.ts';
import { readVerifyRequest, type VerifyRequest } from './read-verify-request.ts';
import { type Verified, verifyOtp } from './verify-otp.ts';

export interface WsapiDoorOptions {
  engine: Engine;
  clock: Clock;
  /** Hears of what went wrong without being a refusal. Default: nobody. */
  report?: (error: unknown) => void;
}

const headers = Object.freeze({ ...apiHeaders, 'Content-Type': 'text/plain; charset=utf-8' });

/** The validation service of YubiKeys, Validation Protocol 2.0: `GET /wsapi/2.0/verify`. Every answer is a 200 with a status inside. */
export function wsapiDoor({ engine, clock, report = () => undefined }: WsapiDoorOptions): HttpDoor {
  const app = new Hono<HttpEnv>();

  function answer({ status, extra = {} }: Verified, request?: VerifyRequest, key?: Uint8Array): Response {
    const { otp, nonce } = request ?? {};
    const said = {
      t: yubicoTime(clock.now()),
      // Their form was looked at: neither can hold the end of a line.
      ...(otp === undefined ? {} : { otp }),
      ...(nonce === undefined ? {} : { nonce }),
      ...extra,
      status,
    };
    return new Response(formatYubicoResponse(said, key), { headers });
  }

  async function verify(url: string, source: string): Promise<Response> {
    const request = readVerifyRequest(url);
    if (request === undefined) return answer({ status: 'MISSING_PARAMETER' });
    const client = await findClient(engine, request);
    if (client.refused !== undefined) return answer({ status: client.refused }, request, client.key);
    const { integration, key } = client;
    const actor = { type: 'integration', id: integration.id } as const;
    const caller = { tenant: integration.tenantId, actor, door: doorName, source, integration };
    try {
      return answer(await verifyOtp(engine, caller, request, clock.now()), request, key);
    } catch (error) {
      if (toRefusal(error).status >= 500) report(error);
      return answer({ status: 'BACKEND_ERROR' }, request, key);
    }
  }

  app.all('/wsapi/2.0/verify', async (c) => {
    // Hono answers HEAD like GET, and an OTP is good once.
    if (c.req.raw.method !== 'GET')
      return problemResponse(new CountersignError('method_not_allowed'), { Allow: 'GET' });
    try {
      return await verify(c.req.url, c.env.source);
    } catch (error) {
      if (toRefusal(error).status >= 500) report(error);
      return answer({ status: 'BACKEND_ERROR' });
    }
  });
  app.notFound(() => problemResponse(new CountersignError('not_found')));

  return { name: doorName, segments: ['wsapi'], app };
}
