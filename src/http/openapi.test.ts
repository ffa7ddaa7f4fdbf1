import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { endpoint } from './endpoint.ts';
import { buildOpenapi } from './openapi.ts';

const thing = z.object({ id: z.string().meta({ examples: ['thg_1'] }), size: z.int().min(3) }).meta({ id: 'Thing' });

const things = {
  make: endpoint({
    method: 'POST',
    path: '/t/things/:id/copies',
    summary: 'Copy a thing',
    tag: 'things',
    security: 'integration',
    query: z.strictObject({ limit: z.coerce.number<number>().int().optional().meta({ description: 'How many.' }) }),
    body: z.strictObject({ size: z.int().default(5), tag: z.enum(['a', 'b']).optional() }),
    responses: { 201: z.object({ items: z.array(thing) }) },
    errors: ['conflict'],
    idempotent: true,
  }),
};

describe('the OpenAPI document', () => {
  const document = buildOpenapi({ title: 'Things', version: '1', endpoints: { things } });
  const operation = document.paths['/t/things/{id}/copies']?.['post'];

  it('names the operation after its place in the tree, with its tag and security', () => {
    expect(operation).toMatchObject({
      operationId: 'thingsMake',
      summary: 'Copy a thing',
      tags: ['things'],
      security: [{ integrationBearer: [] }, { integrationToken: [] }],
    });
  });

  it('lists the parameters of path, query and header', () => {
    expect(
      operation?.parameters?.map((parameter) => `${String(parameter['in'])} ${String(parameter['name'])}`),
    ).toEqual(['path id', 'query limit', 'header Idempotency-Key']);
    expect(operation?.parameters?.[1]).toMatchObject({
      required: false,
      description: 'How many.',
      schema: { type: 'integer' },
    });
  });

  it('shows body and answer with their schemas and an example', () => {
    expect(operation?.requestBody).toMatchObject({
      required: true,
      content: { 'application/json': { schema: { additionalProperties: false }, example: { size: 5, tag: 'a' } } },
    });
    expect(operation?.responses['201']).toMatchObject({
      content: { 'application/json': { example: { items: [{ id: 'thg_1', size: 3 }] } } },
    });
    expect(document.components.schemas['Thing']).toMatchObject({ type: 'object', required: ['id', 'size'] });
  });

  it('lets answers grow', () => {
    expect(document.components.schemas['Thing']).not.toHaveProperty('additionalProperties');
  });

  it('lists every refusal under its status, declared or implied', () => {
    expect(Object.keys(operation?.responses ?? {})).toEqual([
      '201',
      '400',
      '401',
      '403',
      '404',
      '409',
      '413',
      '415',
      '500',
      '503',
    ]);
    const conflict = JSON.stringify(operation?.responses['409']);
    for (const code of ['conflict', 'idempotency_conflict', 'request_in_progress'])
      expect(conflict).toContain(`"${code}"`);
  });

  it('is refused when two schemas have one name', () => {
    const other = endpoint({ ...things.make, responses: { 201: z.object({ a: z.string() }).meta({ id: 'Thing' }) } });
    const endpoints = { things, other: { ...other, path: '/t/other' as const } };
    expect(() => buildOpenapi({ title: 'Things', version: '1', endpoints })).toThrow('two schemas are named Thing');
  });
});
