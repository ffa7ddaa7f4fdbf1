import type { Context, Hono } from 'hono';
import { CountersignError } from '../core/errors.ts';
import type { Administrator } from '../core/model.ts';
import type { Caller, IdempotencyEngine, IntegrationCaller } from '../engine/engine.ts';
import type { HttpEnv } from './door.ts';
import {
  type BodyOf,
  type Endpoint,
  type EndpointTree,
  isEndpoint,
  pathParameters,
  type PathParameter,
  type QueryOf,
  type ResponseOf,
  successOf,
} from './endpoint.ts';
import { answerOnce } from './idempotency.ts';
import { parseJson } from './parse-json.ts';
import { problemResponse, toRefusal } from './problem.ts';
import { hasBody, readBody, requireJson } from './read-body.ts';
import { readQuery } from './read-query.ts';
import { apiHeaders } from './security-headers.ts';
import { validate } from './validate.ts';

/** A caller that is an administrator. */
export interface AdministratorCaller extends Caller {
  administrator: Administrator;
}

/** Who calls an endpoint, by its declared security. */
export interface CallerOf {
  integration: IntegrationCaller;
  administrator: AdministratorCaller;
  'integration-or-administrator': IntegrationCaller | AdministratorCaller;
  none: undefined;
}

/** A request as a handler gets it: authenticated and validated. */
export interface EndpointRequest<E extends Endpoint> {
  caller: CallerOf[E['security']];
  params: Readonly<Record<PathParameter<E['path']>, string>>;
  query: QueryOf<E>;
  body: BodyOf<E>;
}

/** Answers an endpoint with the body of its one successful response. Refusals are thrown. */
export type EndpointHandler<E extends Endpoint> = (request: EndpointRequest<E>) => Promise<ResponseOf<E>>;

/** A handler for every endpoint of a tree. */
export type EndpointHandlers<Tree> = {
  readonly [Name in keyof Tree]: Tree[Name] extends Endpoint
    ? EndpointHandler<Tree[Name]>
    : EndpointHandlers<Tree[Name]>;
};

/** What a door brings to its endpoints. */
export interface EndpointDoor {
  /** Authenticates. Takes the parameters out of `query` that belong to it. */
  admit(c: Context<HttpEnv>, endpoint: Endpoint, query: Record<string, string>): Promise<CallerOf[keyof CallerOf]>;
  idempotency: IdempotencyEngine;
  /** Hears of what went wrong without being a refusal. */
  report: (error: unknown) => void;
}

const answerHeaders = Object.freeze({ ...apiHeaders, 'Content-Type': 'application/json' });

/** Ids have one shape; whatever else stands in a path names nothing. */
const idShape = /^[a-z]{3}_[0-9a-z_]{1,60}$/;

/** Routes an endpoint to its handler: authentication, validation, idempotency, the answer and its refusals. */
export function bindEndpoint<const E extends Endpoint>(
  app: Hono<HttpEnv>,
  endpoint: E,
  handler: EndpointHandler<E>,
  door: EndpointDoor,
): void {
  const { status } = successOf(endpoint);
  const names = pathParameters(endpoint.path);

  async function answer(c: Context<HttpEnv>): Promise<Response> {
    const query = readQuery(c.req.url);
    const caller = await door.admit(c, endpoint, query);
    const { text, body } = await readJsonBody(c.req.raw, endpoint);
    // The values were just read by the schemas that E names; a type cannot follow that.
    const request = {
      caller,
      params: readParameters(c, names),
      query: readDeclaredQuery(endpoint, query),
      body,
    } as EndpointRequest<E>;
    const key = c.req.header('idempotency-key');
    if (key === undefined) return respond(status, await handler(request));
    if (endpoint.idempotent !== true || caller === undefined || !('integration' in caller)) {
      return endpoint.method === 'POST' ? refuseIdempotency() : respond(status, await handler(request));
    }
    const once = await answerOnce({
      engine: door.idempotency,
      report: door.report,
      caller,
      key,
      request: [endpoint.method, c.req.url.replace(/^[a-z]+:\/\/[^/]*/, ''), text],
      run: async () => ({ status, body: await handler(request) }),
    });
    return respond(once.status, once.body, once.replayed);
  }

  app.on(endpoint.method, endpoint.path, async (c) => {
    try {
      return await answer(c);
    } catch (error) {
      const refusal = toRefusal(error);
      if (refusal.status >= 500) door.report(error);
      return problemResponse(refusal, refusal.status === 401 ? challengeHeaders(endpoint) : {});
    }
  });
}

/** Binds every endpoint of a tree to the handler of the same name. */
export function bindEndpoints<const Tree extends EndpointTree>(
  app: Hono<HttpEnv>,
  tree: Tree,
  handlers: EndpointHandlers<Tree>,
  door: EndpointDoor,
): void {
  for (const [name, node] of Object.entries(tree)) {
    // `EndpointHandlers` pairs each endpoint with its handler by name; the loop is what loses the pairing.
    const member: unknown = handlers[name as keyof Tree];
    if (isEndpoint(node)) bindEndpoint(app, node, member as EndpointHandler<Endpoint>, door);
    else bindEndpoints(app, node, member as EndpointHandlers<EndpointTree>, door);
  }
}

function respond(status: number, body: unknown, replayed = false): Response {
  const replay = replayed ? { 'Idempotency-Replayed': 'true' } : undefined;
  if (body === undefined) return new Response(null, { status, headers: { ...apiHeaders, ...replay } });
  const headers = replay === undefined ? answerHeaders : { ...answerHeaders, ...replay };
  return new Response(JSON.stringify(body), { status, headers });
}

function readParameters(c: Context<HttpEnv>, names: readonly string[]): Record<string, string> {
  const params: Record<string, string> = {};
  for (const name of names) {
    const value = c.req.param(name);
    if (value === undefined || !idShape.test(value)) throw new CountersignError('not_found');
    params[name] = value;
  }
  return params;
}

function readDeclaredQuery(endpoint: Endpoint, query: Record<string, string>): unknown {
  if (endpoint.query !== undefined) return validate(endpoint.query, query);
  const stray = Object.keys(query).map((name) => ({ path: name.slice(0, 64), message: 'is not known here' }));
  if (stray.length > 0) throw new CountersignError('invalid_parameters', { issues: stray.slice(0, 20) });
  return undefined;
}

async function readJsonBody(request: Request, endpoint: Endpoint): Promise<{ text: string; body: unknown }> {
  if (endpoint.body === undefined) return { text: '', body: undefined };
  if (!hasBody(request) && endpoint.body.safeParse(undefined).success) return { text: '', body: undefined };
  requireJson(request.headers);
  const text = await readBody(request, endpoint.maxBody);
  return { text, body: validate(endpoint.body, parseJson(text)) };
}

function refuseIdempotency(): Response {
  const issues = [{ path: 'Idempotency-Key', message: 'is not accepted by this endpoint' }];
  return problemResponse(new CountersignError('invalid_parameters', { issues }));
}

/** What a 401 must name (RFC 9110 §11.6.1). */
function challengeHeaders({ security }: Endpoint): Record<string, string> {
  const basic = security === 'integration' ? '' : ', Basic realm="countersign", charset="UTF-8"';
  return { 'WWW-Authenticate': `Bearer realm="countersign"${basic}` };
}
