import type { Hono } from 'hono';
import { CountersignError } from '../core/errors.ts';
import type { EndpointDoor } from './bind-endpoint.ts';
import type { HttpEnv } from './door.ts';
import { type EndpointTree, endpointsOf, pathParameters } from './endpoint.ts';
import { problemResponse } from './problem.ts';
import { apiHeaders } from './security-headers.ts';

/** Answers for what no endpoint matches: 404, 405 with `Allow`, and OPTIONS. Bound last. */
export function bindFallback(app: Hono<HttpEnv>, tree: EndpointTree, door: Pick<EndpointDoor, 'report'>): void {
  const methods = new Map<string, Set<string>>();
  for (const [, { path, method }] of endpointsOf(tree)) {
    const known = methods.get(path) ?? methods.set(path, new Set()).get(path);
    known?.add(method);
    if (method === 'GET') known?.add('HEAD');
  }
  const routes = Array.from(methods, ([path, allowed]) => ({
    pattern: new RegExp(`^${path.replaceAll('.', '\\.').replaceAll(/:\w+/g, '[^/]+')}$`),
    parameters: pathParameters(path).length,
    allow: [...allowed, 'OPTIONS'].join(', '),
  })).sort((left, right) => left.parameters - right.parameters);
  app.notFound((c) => {
    const route = routes.find(({ pattern }) => pattern.test(c.req.path));
    if (route === undefined) return problemResponse(new CountersignError('not_found'));
    const headers = { Allow: route.allow };
    if (c.req.method === 'OPTIONS') return new Response(null, { status: 204, headers: { ...apiHeaders, ...headers } });
    return problemResponse(new CountersignError('method_not_allowed'), headers);
  });
  app.onError((error) => {
    door.report(error);
    return problemResponse(new CountersignError('internal'));
  });
}
