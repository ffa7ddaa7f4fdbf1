import type { Json } from '../../core/model.ts';

/** An answer with a JSON body. */
export function replyJson(status: number, body: Json, headers: Readonly<Record<string, string>> = {}): Response {
  return new Response(JSON.stringify(body), {
    status,
    headers: { 'Content-Type': 'application/json', ...headers },
  });
}

/** An answer without a body: it says so, and has no content type. */
export function replyEmpty(status: number, headers: Readonly<Record<string, string>> = {}): Response {
  return new Response(null, { status, headers: { 'Content-Length': '0', ...headers } });
}
