import type { Context } from 'hono';
import { CountersignError } from '../../core/errors.ts';
import type { Caller, Engine } from '../../engine/engine.ts';
import type { HttpEnv } from '../../http/door.ts';
import { negotiate } from './negotiate.ts';
import { parsedTypes } from './read-body.ts';
import { refuse } from './refuse.ts';
import { replyJson } from './reply.ts';

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
  get?(exchange: Exchange<Who>): Promise<Response>;
  post?(exchange: Exchange<Who>): Promise<Response>;
}

/**
 * The Hono handler of a resource. The order of the checks is part of the contract: what the caller wants to read, who he
 * is, the method, and only then what he sent.
 */
export function serveResource<Who extends Caller>(
  engine: Engine,
  resource: Resource<Who>,
): (c: Context<HttpEnv>) => Promise<Response> {
  const methods = [resource.get && 'GET', resource.post && 'POST', resource.get && 'HEAD', 'OPTIONS'];
  const allow = methods.filter(Boolean).join(', ');

  async function answer(c: Context<HttpEnv>): Promise<Response> {
    const request = c.req.raw;
    negotiate(request);
    // The description is public, and a browser that asks before it sends (CORS) has no credentials yet.
    if (request.method === 'OPTIONS') return replyJson(200, describe(resource));
    const caller = await resource.authenticate(engine, request, c.env.source);
    const exchange = { engine, caller, request, pk: Number(c.req.param('pk') ?? 0) };
    if (resource.post !== undefined && request.method === 'POST') return resource.post(exchange);
    if (resource.get !== undefined && ['GET', 'HEAD'].includes(request.method)) return resource.get(exchange);
    throw new CountersignError('method_not_allowed');
  }

  return async (c) => {
    const response = await answer(c).catch(refuse);
    response.headers.set('Allow', allow);
    return response;
  };
}

function describe({ name, description }: Resource<Caller>) {
  return { name, description, renders: ['application/json'], parses: parsedTypes };
}
