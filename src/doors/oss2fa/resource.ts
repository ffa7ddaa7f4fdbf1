import type { Context } from 'hono';
import { CountersignError } from '../../core/errors.ts';
import type { Caller, Engine } from '../../engine/engine.ts';
import type { HttpEnv } from '../../http/door.ts';
import { toRefusal } from '../../http/problem.ts';
import { corsHeaders } from './cors-headers.ts';
import { negotiate } from './negotiate.ts';
import { parsedTypes } from './parse-body.ts';
import { refuse } from './refuse.ts';
import { type Reply, toResponse } from './reply.ts';

/** What the answer to one request is made from. */
export interface Exchange<Who extends Caller> {
  engine: Engine;
  caller: Who;
  request: Request;
  /** The number in the path; 0, which no object has, where the path has none. */
  pk: number;
}

/** One resource of this API. */
export interface Resource<Who extends Caller> {
  name: string;
  description: string;
  /** Who is asking. @throws CountersignError `unauthorized`, `forbidden`, `door_closed` */
  authenticate(engine: Engine, request: Request, source: string): Promise<Who>;
  get?(exchange: Exchange<Who>): Promise<Reply>;
  post?(exchange: Exchange<Who>): Promise<Reply>;
}

/** What serves every resource. */
export interface ResourceServer {
  engine: Engine;
  corsAllowAll: boolean;
  /** Hears of what went wrong without being a refusal. */
  report: (error: unknown) => void;
}

/** The Hono handler of a resource. */
export function serveResource<Who extends Caller>(
  { engine, corsAllowAll, report }: ResourceServer,
  resource: Resource<Who>,
): (c: Context<HttpEnv>) => Promise<Response> {
  const methods = [resource.get && 'GET', resource.post && 'POST', resource.get && 'HEAD', 'OPTIONS'];
  const allow = { Allow: methods.filter(Boolean).join(', ') };
  return async (c) => {
    const request = c.req.raw;
    const cors = corsAllowAll ? corsHeaders(request) : {};
    const place = { engine, request, source: c.env.source, pk: Number(c.req.param('pk') ?? 0) };
    const reply = await answer(resource, place).catch((error: unknown) => {
      const refusal = toRefusal(error);
      if (refusal.status >= 500) report(error);
      return refuse(refusal);
    });
    return toResponse(reply, { ...allow, ...cors });
  };
}

/** The order of the checks is part of the contract: what the caller wants to read, who he is, the method, then the rest. */
async function answer<Who extends Caller>(
  resource: Resource<Who>,
  { engine, request, source, pk }: { engine: Engine; request: Request; source: string; pk: number },
): Promise<Reply> {
  negotiate(request);
  // The description is public, and a browser that asks before it sends (CORS) has no credentials yet.
  if (request.method === 'OPTIONS') return { status: 200, body: describe(resource) };
  const exchange = { engine, request, pk, caller: await resource.authenticate(engine, request, source) };
  if (resource.post !== undefined && request.method === 'POST') return resource.post(exchange);
  if (resource.get !== undefined && ['GET', 'HEAD'].includes(request.method)) return resource.get(exchange);
  throw new CountersignError('method_not_allowed');
}

function describe({ name, description }: Pick<Resource<Caller>, 'name' | 'description'>) {
  return { name, description, renders: ['application/json'], parses: parsedTypes };
}
