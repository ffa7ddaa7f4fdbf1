import { Hono } from 'hono';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { CountersignError } from '../core/errors.ts';
import { bindEndpoints, type EndpointDoor } from './bind-endpoint.ts';
import { bindFallback } from './bind-fallback.ts';
import type { HttpEnv } from './door.ts';
import { endpoint } from './endpoint.ts';
import { ProblemError } from './problem.ts';
import { apiHeaders } from './security-headers.ts';

const things = {
  make: endpoint({
    method: 'POST',
    path: '/t/things',
    summary: 'Make a thing',
    tag: 'things',
    security: 'none',
    body: z.strictObject({ name: z.string().min(1), size: z.int().optional() }),
    responses: { 201: z.object({ name: z.string() }) },
    maxBody: 100,
  }),
  list: endpoint({
    method: 'GET',
    path: '/t/things',
    summary: 'List things',
    tag: 'things',
    security: 'none',
    query: z.strictObject({ limit: z.coerce.number<number>().int().optional() }),
    responses: { 200: z.object({ limit: z.number().optional() }) },
  }),
  remove: endpoint({
    method: 'DELETE',
    path: '/t/things/:id',
    summary: 'Remove a thing',
    tag: 'things',
    security: 'none',
    responses: { 204: null },
  }),
  poke: endpoint({
    method: 'POST',
    path: '/t/things/:id/poke',
    summary: 'Poke a thing',
    tag: 'things',
    security: 'none',
    body: z.strictObject({ how: z.string() }).optional(),
    responses: { 200: z.object({ id: z.string(), how: z.string().optional() }) },
  }),
};

function app() {
  const reported: unknown[] = [];
  const hono = new Hono<HttpEnv>();
  const door: EndpointDoor = {
    admit: async () => undefined,
    idempotency: { claim: async () => ({ state: 'fresh' }), settle: async () => undefined },
    report: (error) => reported.push(error),
  };
  bindEndpoints(
    hono,
    { things },
    {
      things: {
        make: async ({ body }) => ({ name: body.name }),
        list: async ({ query }) => query,
        remove: async ({ params: { id } }) => {
          if (id === 'thg_crash') throw new Error('secret detail');
          if (id === 'thg_busy')
            throw new CountersignError('too_many_attempts', { retryAfter: 7, detail: 'secret detail' });
          if (id === 'thg_down') throw new CountersignError('unavailable', { detail: 'secret detail' });
          if (id === 'thg_wrong') throw new ProblemError('answer_refused', { attemptsLeft: 2 });
        },
        poke: async ({ params: { id }, body }) => ({ id, ...(body !== undefined && { how: body.how }) }),
      },
    },
    door,
  );
  bindFallback(hono, { things }, door);
  return { reported, request: async (path: string, init?: RequestInit) => hono.request(path, init) };
}

async function json(path: string, init?: RequestInit) {
  const response = await app().request(path, init);
  return { status: response.status, body: await response.json() };
}

const post = (body: string, headers: Record<string, string> = {}): RequestInit => ({
  method: 'POST',
  body,
  headers: { 'Content-Type': 'application/json', ...headers },
});

describe('an endpoint', () => {
  it('gives its handler what its schemas read, and answers with its declared status', async () => {
    expect(await json('/t/things', post('{"name":"x"}'))).toEqual({ status: 201, body: { name: 'x' } });
    expect(await json('/t/things?limit=5')).toEqual({ status: 200, body: { limit: 5 } });
    expect(await json('/t/things/thg_1/poke', post('{"how":"hard"}'))).toEqual({
      status: 200,
      body: { id: 'thg_1', how: 'hard' },
    });
  });

  it('does not ask for a body that may be missing', async () => {
    expect(await json('/t/things/thg_1/poke', { method: 'POST' })).toEqual({ status: 200, body: { id: 'thg_1' } });
    expect(await json('/t/things', { method: 'POST' })).toMatchObject({ status: 415 });
  });

  it('answers without a body when there is nothing to say', async () => {
    const response = await app().request('/t/things/thg_1', { method: 'DELETE' });
    expect(response.status).toBe(204);
    expect(await response.text()).toBe('');
    expect(response.headers.get('content-type')).toBeNull();
  });

  it('names every field that its schema refuses, and no value (INP-01)', async () => {
    const { status, body } = await json('/t/things', post('{"name":17,"size":"hunter2","extra":1}'));
    expect(status).toBe(400);
    expect(body).toMatchObject({
      type: 'urn:countersign:error:invalid_parameters',
      code: 'invalid_parameters',
      status: 400,
    });
    expect((body as { errors: { path: string }[] }).errors.map(({ path }) => path).sort()).toEqual([
      'extra',
      'name',
      'size',
    ]);
    expect(JSON.stringify(body)).not.toContain('hunter2');
  });

  it('takes no query that it does not declare, and nothing twice (INP-07)', async () => {
    expect(await json('/t/things?name=x', post('{"name":"x"}'))).toMatchObject({
      status: 400,
      body: { errors: [{ path: 'name' }] },
    });
    expect(await json('/t/things?limit=1&limit=2')).toMatchObject({
      status: 400,
      body: { errors: [{ path: 'limit' }] },
    });
    expect(await json('/t/things?limit[]=1')).toMatchObject({ status: 400, body: { errors: [{ path: 'limit[]' }] } });
    expect(await json('/t/things?limit=%00')).toMatchObject({ status: 400 });
    expect(await json('/t/things?limit=abc')).toMatchObject({ status: 400, body: { errors: [{ path: 'limit' }] } });
  });

  it('refuses a body that is too large for it', async () => {
    expect(await json('/t/things', post(`{"name":"${'x'.repeat(100)}"}`))).toMatchObject({
      status: 413,
      body: { code: 'body_too_large' },
    });
  });

  it.each(['%00', '..%2f..', "thg_'--", 'THG_1', '%F0%9F%98%80', 'thg_' + 'x'.repeat(100), '%zz', 'name'])(
    'has no object whose id is %s (INP-13)',
    async (id) => {
      expect(await json(`/t/things/${id}`, { method: 'DELETE' })).toEqual(await json('/t/nothing'));
    },
  );

  it('refuses an idempotency key that it would not honour', async () => {
    expect(await json('/t/things', post('{"name":"x"}', { 'Idempotency-Key': 'k' }))).toMatchObject({
      status: 400,
      body: { errors: [{ path: 'Idempotency-Key' }] },
    });
  });
});

describe('a refusal', () => {
  it('is a problem document with its code, and without what is for the log only', async () => {
    const response = await app().request('/t/things/thg_busy', { method: 'DELETE' });
    expect(response.status).toBe(429);
    expect(response.headers.get('content-type')).toBe('application/problem+json');
    expect(response.headers.get('retry-after')).toBe('7');
    expect(await response.json()).toEqual({
      type: 'urn:countersign:error:too_many_attempts',
      title: 'Too many attempts. Try again later.',
      status: 429,
      code: 'too_many_attempts',
      retryAfter: 7,
    });
  });

  it('can say more', async () => {
    expect(await json('/t/things/thg_wrong', { method: 'DELETE' })).toMatchObject({
      status: 422,
      body: { attemptsLeft: 2 },
    });
  });

  it('tells nothing of what crashed, and the server hears of it', async () => {
    const { request, reported } = app();
    const crashed = await request('/t/things/thg_crash', { method: 'DELETE' });
    expect(crashed.status).toBe(500);
    expect(await crashed.text()).not.toContain('secret');
    expect(await (await request('/t/things/thg_down', { method: 'DELETE' })).text()).not.toContain('secret');
    expect(reported).toHaveLength(2);
    await request('/t/things/thg_busy', { method: 'DELETE' });
    expect(reported).toHaveLength(2);
  });
});

describe('what no endpoint matches', () => {
  it('is not found, or not allowed with the methods that are', async () => {
    expect(await json('/t/other')).toMatchObject({ status: 404, body: { code: 'not_found' } });
    const response = await app().request('/t/things', { method: 'PUT' });
    expect(response.status).toBe(405);
    expect(response.headers.get('allow')).toBe('POST, GET, HEAD, OPTIONS');
    expect(await response.json()).toMatchObject({ code: 'method_not_allowed' });
  });

  it.each(['/t/things/', '/t//things', '/T/things', '/t/things%2f', '/t/things;x'])(
    '%s is another path (INP-13)',
    async (path) => {
      expect(await json(path)).toMatchObject({ status: 404 });
    },
  );

  it('is told by OPTIONS; HEAD answers as GET does, without the body', async () => {
    const options = await app().request('/t/things/thg_1', { method: 'OPTIONS' });
    expect([options.status, options.headers.get('allow')]).toEqual([204, 'DELETE, OPTIONS']);
    const head = await app().request('/t/things', { method: 'HEAD' });
    expect([head.status, await head.text()]).toEqual([200, '']);
  });
});

it('every answer carries the same security headers', async () => {
  const requests: [string, RequestInit?][] = [
    ['/t/things'],
    ['/t/other'],
    ['/t/things', { method: 'PUT' }],
    ['/t/things', { method: 'OPTIONS' }],
    ['/t/things/thg_1', { method: 'DELETE' }],
    ['/t/things/thg_crash', { method: 'DELETE' }],
    ['/t/things', post('{')],
  ];
  for (const [path, init] of requests) {
    const { headers } = await app().request(path, init);
    expect(Object.fromEntries(headers)).toMatchObject(
      Object.fromEntries(Object.entries(apiHeaders).map(([name, value]) => [name.toLowerCase(), value])),
    );
  }
});
