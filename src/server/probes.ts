import { CountersignError } from '../core/errors.ts';
import type { Engine } from '../engine/engine.ts';
import { problemResponse } from '../http/problem.ts';
import { apiHeaders } from '../http/security-headers.ts';
import type { Handler } from './create-handler.ts';
import { version } from './version.ts';

const textHeaders = Object.freeze({ ...apiHeaders, 'Content-Type': 'text/plain; charset=utf-8' });
const jsonHeaders = Object.freeze({ ...apiHeaders, 'Content-Type': 'application/json' });

/** `/healthz`: the process is alive. Asks nothing else, so that a database that is away does not get the process restarted. */
export const answerHealth: Handler = (request) =>
  forReading(request, () => new Response('ok\n', { headers: textHeaders }));

/** `/readyz`: requests can be served now. */
export function answerReadiness(engine: Engine, isStopping: () => boolean): Handler {
  return (request) =>
    forReading(request, async () => {
      try {
        if (isStopping()) throw new CountersignError('unavailable', { detail: 'the server is stopping' });
        await engine.checkHealth();
      } catch {
        return problemResponse(new CountersignError('unavailable', { retryAfter: 1 }));
      }
      return new Response('ready\n', { headers: textHeaders });
    });
}

/** `/`: what this is, for somebody who has opened the address in a browser. */
export const answerRoot: Handler = (request) =>
  forReading(request, () => {
    const documentation = 'README.md and docs/ of the package; /v1/openapi.json describes the API';
    if (request.headers.get('accept')?.includes('application/json') === true) {
      return new Response(JSON.stringify({ product: 'Countersign', version, documentation }), { headers: jsonHeaders });
    }
    return new Response(`Countersign ${version}\nDocumentation: ${documentation}\n`, { headers: textHeaders });
  });

/** Runs an answer for GET and HEAD; whatever else is asked of a page of the server is refused. */
export function forReading(request: Request, answer: () => Response | Promise<Response>): Response | Promise<Response> {
  if (request.method === 'GET' || request.method === 'HEAD') return answer();
  return problemResponse(new CountersignError('method_not_allowed'), { Allow: 'GET, HEAD' });
}
