/**
 * The headers of every answer of an API. Nothing here is for a browser to show, frame, guess the type of, or keep.
 * One constant object, handed to `new Response` as it is: a header that is set on a finished response makes
 * @hono/node-server build everything anew, at three times the cost of a request.
 */
export const apiHeaders: Readonly<Record<string, string>> = Object.freeze({
  'Cache-Control': 'no-store',
  'Content-Security-Policy': "default-src 'none'; frame-ancestors 'none'",
  'Cross-Origin-Resource-Policy': 'same-origin',
  'Referrer-Policy': 'no-referrer',
  'X-Content-Type-Options': 'nosniff',
  'X-Frame-Options': 'DENY',
});
