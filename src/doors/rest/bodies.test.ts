import * as fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Endpoint, pathParameters } from '../../http/endpoint.ts';
import type { OpenapiDocument } from '../../http/openapi.ts';
import { describeApi } from './openapi-document.ts';
import {
  administratorOf,
  type Answer,
  conform,
  everyEndpoint,
  pathOf,
  type RestFixture,
  restFixture,
} from './rest.fixture.ts';

const document = describeApi('0') as unknown as OpenapiDocument;
let rest: RestFixture;
let admin: string;
let ids: Record<string, string>;

beforeAll(async () => {
  rest = await restFixture();
  admin = (await administratorOf(rest, rest.tenant, 'bob')).token;
  const target = await administratorOf(rest, rest.tenant, 'target');
  const { user, device } = await rest.enrol('alice');
  const { caller, engine } = rest;
  ids = {
    users: user.id,
    devices: device.id,
    enrollments: (await engine.enrollments.begin(caller, { user: 'alice' })).id,
    challenges: (await engine.challenges.issue(caller, { user: 'alice' })).id,
    tenants: rest.tenant,
    administrators: target.administrator.id,
    integrations: (await engine.integrations.create({ ...rest.system, tenant: rest.tenant }, { name: 'Target' }))
      .integration.id,
  };
});
afterAll(async () => rest.close());

async function send(endpoint: Endpoint, body: string, query = ''): Promise<Answer> {
  const [, , resource = ''] = endpoint.path.split('/');
  const path = pathOf(
    endpoint,
    pathParameters(endpoint.path).map((name) => (name === 'id' ? ids[resource] : ids['users']) ?? ''),
  );
  const token = endpoint.security === 'integration' ? rest.token : admin;
  const sent = endpoint.body === undefined ? {} : { body };
  return rest.send(endpoint.method, path + query, { token, ...sent });
}

/** Never a failure of the server: a declared refusal, or the declared answer. */
function judge(endpoint: Endpoint, answer: Answer): void {
  expect(answer.status).toBeLessThan(500);
  conform(endpoint, answer);
  expect(rest.reported).toEqual([]);
}

const nasty = fc.oneof(
  fc.constantFrom<unknown>(
    null,
    true,
    false,
    0,
    -1,
    1.5,
    123456,
    2 ** 53,
    1e308,
    '',
    ' ',
    '\0',
    '12\0',
    '\ud800',
    '\udc00x',
    "' or 1=1--",
    '*)(uid=*',
    '../../..',
    'a\r\nb',
    '\u202e',
    'x'.repeat(5000),
    '9'.repeat(400),
    [],
    {},
    ['123456'],
    [[]],
    [null],
    { $ne: null },
    { length: 6 },
    { toString: 1 },
    { constructor: { prototype: 1 } },
    '2026-01-01T00:00:00Z',
    '%00',
    '{code}',
    'a@b@c',
    '🦊',
    'ﬀ',
    'İ',
    '１２３４５６',
    '१२३४५६',
    '𝟏𝟐𝟑𝟒𝟓𝟔',
    'alice',
  ),
  fc.string({ unit: 'binary', maxLength: 300 }),
  fc.double(),
  fc.jsonValue({ maxDepth: 3 }),
  fc.array(fc.constant(1), { minLength: 1000, maxLength: 2000 }),
);

/** The example of a body, to be spoiled in one place. */
function exampleOf(endpoint: Endpoint): unknown {
  const operation = document.paths[endpoint.path.replaceAll(/:(\w+)/g, '{$1}')]?.[endpoint.method.toLowerCase()];
  const content = operation?.requestBody?.['content'] as Record<string, { example: unknown }> | undefined;
  return content?.['application/json']?.example;
}

function replaceAt(value: unknown, path: readonly string[], replacement: unknown): unknown {
  const [name, ...rest] = path;
  if (name === undefined) return replacement;
  if (Array.isArray(value))
    return value.map((item, index) =>
      String(index) === name ? replaceAt(item, rest, replacement) : (item as unknown),
    );
  const members = value as Record<string, unknown>;
  return { ...members, [name]: replaceAt(members[name], rest, replacement) };
}

function* pathsOf(value: unknown, path: string[] = []): Generator<string[]> {
  yield path;
  if (typeof value !== 'object' || value === null) return;
  yield [...path, 'unknown'];
  for (const [name, member] of Object.entries(value)) yield* pathsOf(member, [...path, name]);
}

const withBody = everyEndpoint().filter(([, { body }]) => body !== undefined);
const withQuery = everyEndpoint().filter(([, { query }]) => query !== undefined);

describe('whatever comes as a body', () => {
  it.each(withBody)(
    '%s answers or refuses it, and never fails (INP-01, INP-02, INP-03, INP-09)',
    async (_, endpoint) => {
      const example = exampleOf(endpoint);
      const place = fc.constantFrom(...pathsOf(example));
      await fc.assert(
        fc.asyncProperty(place, nasty, async (path, value) => {
          judge(endpoint, await send(endpoint, JSON.stringify(replaceAt(example, path, value)) ?? ''));
        }),
        { numRuns: 120 },
      );
    },
  );

  it.each(withBody)('%s refuses every wrong type of every required string', async (_, endpoint) => {
    const example = exampleOf(endpoint);
    for (const path of pathsOf(example)) {
      for (const value of [null, 17, ['x'], { $ne: null }, true, '\0']) {
        const body = replaceAt(example, path, value);
        if (endpoint.body?.safeParse(body).success === true && !JSON.stringify(body).includes('\\u0000')) continue;
        const { status, body: problem } = await send(endpoint, JSON.stringify(body));
        expect([status, problem.code]).toEqual([400, 'invalid_parameters']);
      }
    }
  });

  it.each(withBody)(
    '%s refuses a text of a megabyte in whatever place before it looks at it (INP-03, DOS-03)',
    async (_, endpoint) => {
      const example = exampleOf(endpoint);
      for (const path of pathsOf(example)) {
        const body = JSON.stringify(replaceAt(example, path, '9'.repeat(2 ** 20)));
        // A list has no member beside its items.
        if (body.length < 2 ** 20) continue;
        const answer = await send(endpoint, body);
        judge(endpoint, answer);
        expect([path, answer.status]).toEqual([path, 413]);
      }
    },
  );

  it.each(withBody)('%s refuses what is no JSON, or JSON of another kind', async (_, endpoint) => {
    const texts = [
      '',
      '{',
      'null',
      '[]',
      '"x"',
      '17',
      '{"a":1,"a":1}',
      '\ufeff{}',
      '['.repeat(20_000),
      '{"__proto__":{"user":"alice"}}',
    ];
    for (const text of texts) {
      const answer = await send(endpoint, text);
      judge(endpoint, answer);
      expect(answer.status === 400 || text === '').toBe(true);
    }
  });
});

describe('whatever comes as a query', () => {
  it.each(withQuery)('%s answers or refuses it, and never fails (TEN-06, INP-12)', async (_, endpoint) => {
    const names = fc.constantFrom(
      ...Object.keys(endpoint.query?.shape ?? {}),
      'sort',
      'filter',
      '',
      '__proto__',
      'cursor[]',
    );
    const value = fc.oneof(
      fc.constantFrom(
        '',
        '0',
        '-1',
        '1e3',
        'null',
        '%',
        "'",
        '\0',
        ' ',
        '2026-02-30T00:00:00Z',
        '2026-01-01T00:00:00+25:00',
        'eyJhIjoxfQ',
      ),
      fc.string({ unit: 'binary', maxLength: 100 }),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(fc.tuple(names, value), { maxLength: 3 }), async (parameters) => {
        judge(endpoint, await send(endpoint, '', `?${new URLSearchParams(parameters).toString()}`));
      }),
      { numRuns: 60 },
    );
  });
});
