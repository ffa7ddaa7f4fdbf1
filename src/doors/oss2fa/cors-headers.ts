/** Lets a page of any origin read an answer, and send what this API takes when its browser asks first (CORS). */
export function corsHeaders(request: Request): Record<string, string> {
  if (!request.headers.has('origin')) return {};
  const asksFirst = request.method === 'OPTIONS' && request.headers.has('access-control-request-method');
  return {
    'Access-Control-Allow-Origin': '*',
    ...(asksFirst && {
      'Access-Control-Allow-Methods': 'GET, HEAD, OPTIONS, POST',
      'Access-Control-Allow-Headers': 'Accept, Authorization, Content-Type, X-Integration-Token',
      'Access-Control-Max-Age': '86400',
    }),
  };
}
