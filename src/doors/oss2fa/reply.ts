import type { Json } from '../../core/model.ts';
import { apiHeaders } from '../../http/security-headers.ts';

/** An answer before it is put on the wire. Without a body it says so, and has no content type. */
export interface Reply {
  status: number;
  body?: Json;
  headers?: Readonly<Record<string, string>>;
}

/** Puts an answer on the wire, with the headers that all answers of this API have. */
export function toResponse({ status, body, headers }: Reply, others: Readonly<Record<string, string>>): Response {
  return new Response(body === undefined ? null : JSON.stringify(body), {
    status,
    headers: {
      ...apiHeaders,
      'X-Frame-Options': 'SAMEORIGIN',
      Vary: 'Accept',
      ...(body === undefined ? { 'Content-Length': '0' } : { 'Content-Type': 'application/json' }),
      ...others,
      ...headers,
    },
  });
}
