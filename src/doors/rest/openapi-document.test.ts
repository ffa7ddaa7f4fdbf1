import { describe, expect, it } from 'vitest';
import type { JsonSchema } from '../../http/json-schema-example.ts';
import type { OpenapiDocument, OpenapiOperation } from '../../http/openapi.ts';
import { successOf } from '../../http/endpoint.ts';
import { describeApi } from './openapi-document.ts';
import { everyEndpoint, restFixture } from './rest.fixture.ts';

// The builder's own type: what came through JSON is the same.
const document = describeApi('1.2.3') as unknown as OpenapiDocument;

function operationOf(path: string, method: string): OpenapiOperation | undefined {
  return document.paths[path.replaceAll(/:(\w+)/g, '{$1}')]?.[method.toLowerCase()];
}

/** Every object of the document with the path that leads to it. */
function* objectsOf(value: unknown, path = '#'): Generator<[string, Record<string, unknown>]> {
  if (typeof value !== 'object' || value === null) return;
  if (!Array.isArray(value)) yield [path, value as Record<string, unknown>];
  for (const [name, member] of Object.entries(value)) yield* objectsOf(member, `${path}/${name}`);
}

function resolve(ref: string): unknown {
  let value: unknown = document;
  for (const name of ref.slice(2).split('/')) value = (value as Record<string, unknown> | undefined)?.[name];
  return value;
}

describe('the OpenAPI document of the REST door', () => {
  it('is served without credentials, the same every time', async () => {
    const rest = await restFixture();
    const answers = [await rest.send('GET', '/v1/openapi.json'), await rest.send('GET', '/v1/openapi.json')];
    for (const { status, body } of answers) {
      expect(status).toBe(200);
      expect(body).toEqual({ ...document, info: { ...document.info, version: '0.0.0' } });
    }
    await rest.close();
  });

  it('describes every route of the router, and no other', async () => {
    const rest = await restFixture();
    const routes = rest.app.routes.map(({ method, path }) => `${method} ${path.replaceAll(/:(\w+)/g, '{$1}')}`);
    const described = Object.entries(document.paths).flatMap(([path, operations]) =>
      Object.keys(operations).map((method) => `${method.toUpperCase()} ${path}`),
    );
    expect(described.sort()).toEqual(routes.sort());
    await rest.close();
  });

  it('resolves every reference, and has no component that nothing refers to', () => {
    const refs = new Set<string>();
    for (const [, { $ref }] of objectsOf(document)) if (typeof $ref === 'string') refs.add($ref);
    expect([...refs].filter((ref) => resolve(ref) === undefined)).toEqual([]);
    for (const name of Object.keys(document.components.schemas)) expect(refs).toContain(`#/components/schemas/${name}`);
  });

  it('obeys the rules of OpenAPI 3.1 for operations', () => {
    const ids = new Set<string>();
    const tags = document.tags.map(({ name }) => name);
    for (const [path, operations] of Object.entries(document.paths)) {
      for (const operation of Object.values(operations)) {
        expect(operation.operationId).toMatch(/^[a-z][A-Za-z]+$/);
        ids.add(operation.operationId);
        for (const tag of operation.tags) expect(tags).toContain(tag);
        for (const name of operation.security.flatMap((scheme) => Object.keys(scheme))) {
          expect(document.components.securitySchemes).toHaveProperty(name);
        }
        const declared = (operation.parameters ?? []).filter((parameter) => parameter['in'] === 'path');
        expect(declared.map((parameter) => `{${String(parameter['name'])}}`)).toEqual(path.match(/\{\w+\}/g) ?? []);
        const names = (operation.parameters ?? []).map(
          (parameter) => `${String(parameter['in'])} ${String(parameter['name'])}`,
        );
        expect(new Set(names).size).toBe(names.length);
        for (const response of Object.values(operation.responses)) expect(response['description']).toBeTypeOf('string');
        for (const status of Object.keys(operation.responses)) expect(status).toMatch(/^[2-5]\d\d$/);
      }
    }
    expect(ids.size).toBe(everyEndpoint().length);
    const types = Array.from(objectsOf(document.components.schemas), ([, { type }]) => type);
    const known = ['object', 'array', 'string', 'integer', 'number', 'boolean', 'null'];
    expect(types.filter((type) => typeof type === 'string' && !known.includes(type))).toEqual([]);
  });

  const content = (part: JsonSchema | undefined) =>
    (part?.['content'] as Record<string, JsonSchema> | undefined)?.['application/json'];

  it.each(everyEndpoint().filter(([, { body }]) => body !== undefined))(
    'gives an example of the body of %s that its own schema accepts',
    (_, endpoint) => {
      const request = content(operationOf(endpoint.path, endpoint.method)?.requestBody);
      expect(request?.['example']).toBeDefined();
      expect(endpoint.body?.safeParse(request?.['example'])).toMatchObject({ success: true });
    },
  );

  it.each(everyEndpoint())('shows the answer of %s with an example that its own schema accepts', (_, endpoint) => {
    const { status, schema } = successOf(endpoint);
    const response = content(operationOf(endpoint.path, endpoint.method)?.responses[String(status)]);
    expect(response === undefined).toBe(schema === null);
    const example = response?.['example'];
    expect(example === undefined || schema?.safeParse(example).success).toBe(true);
  });

  it('says what a policy is made of', () => {
    const { Policy, PolicyOptions } = document.components.schemas;
    expect(Object.keys(PolicyOptions?.['properties'] as object)).toContain('bypassNetworks');
    expect(PolicyOptions?.['required']).toBeUndefined();
    expect(Policy?.['required']).toContain('failMode');
  });
});
