import { CountersignError } from '../../core/errors.ts';
import { equalText } from '../../crypto/index.ts';
import { problemResponse } from '../../http/problem.ts';
import { apiHeaders } from '../../http/security-headers.ts';
import type { Handler } from '../create-handler.ts';
import { forReading } from '../probes.ts';
import type { ServerMetrics } from './server-metrics.ts';

const headers = Object.freeze({ ...apiHeaders, 'Content-Type': 'text/plain; version=0.0.4; charset=utf-8' });

/** Who may read the metrics: whoever shows the token, or, where there is none, whom `isOpenTo` lets. */
export interface MetricsAccess {
  token: string | undefined;
  isOpenTo: (...request: Parameters<Handler>) => boolean;
}

/** `/metrics`: text for Prometheus. */
export function answerMetrics(metrics: ServerMetrics, { token, isOpenTo }: MetricsAccess): Handler {
  return (request, origin) =>
    forReading(request, () => {
      const presented = /^Bearer +(\S+)$/i.exec(request.headers.get('authorization') ?? '')?.[1];
      if (token !== undefined && (presented === undefined || !equalText(presented, token))) {
        return problemResponse(new CountersignError('unauthorized'), { 'WWW-Authenticate': 'Bearer realm="metrics"' });
      }
      // Who is not let in is not told that there is something.
      if (token === undefined && !isOpenTo(request, origin)) return problemResponse(new CountersignError('not_found'));
      return new Response(metrics.format(), { headers });
    });
}
