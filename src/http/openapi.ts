import { z } from 'zod';
import { type ErrorCode, errorTable } from '../core/errors.ts';
import type { Json } from '../core/model.ts';
import {
  type Endpoint,
  type EndpointSecurity,
  type EndpointTree,
  endpointsOf,
  pathParameters,
  successOf,
} from './endpoint.ts';
import { errorsOf } from './endpoint-errors.ts';
import { exampleOf, type JsonSchema } from './json-schema-example.ts';
import { problemSchema } from './problem.ts';

export interface OpenapiOptions {
  title: string;
  version: string;
  description?: string;
  endpoints: EndpointTree;
  /** What each tag is about, in the order in which they are shown. */
  tags?: Readonly<Record<string, string>>;
  /** Component schemas in place of those that the declarations give, for types that a declaration only names. */
  schemas?: Readonly<Record<string, JsonSchema>>;
}

/** An OpenAPI 3.1 document. */
export interface OpenapiDocument {
  openapi: '3.1.1';
  info: { title: string; version: string; description?: string; license: { name: string; identifier: string } };
  tags: { name: string; description: string }[];
  paths: Record<string, Record<string, OpenapiOperation>>;
  components: { schemas: Record<string, JsonSchema>; securitySchemes: Record<string, JsonSchema> };
}

export interface OpenapiOperation {
  operationId: string;
  summary: string;
  description?: string;
  tags: string[];
  security: Record<string, string[]>[];
  parameters?: JsonSchema[];
  requestBody?: JsonSchema;
  responses: Record<string, JsonSchema>;
}

const securitySchemes = {
  integrationBearer: { type: 'http', scheme: 'bearer', description: 'The token of an integration.' },
  integrationToken: { type: 'apiKey', in: 'header', name: 'X-Integration-Token', description: 'The same token.' },
  administratorBearer: { type: 'http', scheme: 'bearer', description: 'The token of an administrator (`csa_…`).' },
  administratorBasic: { type: 'http', scheme: 'basic', description: 'Login and password of an administrator.' },
} as const satisfies Record<string, JsonSchema>;

const schemesOf: Readonly<Record<EndpointSecurity, readonly (keyof typeof securitySchemes)[]>> = {
  integration: ['integrationBearer', 'integrationToken'],
  administrator: ['administratorBearer', 'administratorBasic'],
  'integration-or-administrator': [
    'integrationBearer',
    'integrationToken',
    'administratorBearer',
    'administratorBasic',
  ],
  none: [],
};

/** Builds the document from the declarations. Pure: the same declarations give the same document. */
export function buildOpenapi(options: OpenapiOptions): OpenapiDocument {
  const { title, version, description, endpoints, tags = {}, schemas = {} } = options;
  const components: Record<string, JsonSchema> = {};

  function convert(schema: z.ZodType, io: 'input' | 'output'): JsonSchema {
    const {
      $schema: _,
      $defs = {},
      ...root
    } = z.toJSONSchema(schema, {
      io,
      unrepresentable: 'any',
      override: ({ jsonSchema }) => {
        // Later versions may add members to an answer; a client that is strict about them would break.
        if (io === 'output' && jsonSchema.additionalProperties === false) delete jsonSchema.additionalProperties;
      },
    }) as JsonSchema & { $defs?: Record<string, JsonSchema> };
    for (const [name, definition] of Object.entries($defs)) {
      const component = schemas[name] ?? pointToComponents(definition);
      const known = (components[name] ??= component);
      if (JSON.stringify(known) !== JSON.stringify(component)) throw new TypeError(`two schemas are named ${name}`);
    }
    return pointToComponents(root);
  }

  function content(type: string, schema: JsonSchema): JsonSchema {
    const example = exampleOf(schema, components);
    return { content: { [type]: { schema, ...(example !== undefined && { example }) } } };
  }

  function operation(trail: readonly string[], endpoint: Endpoint): OpenapiOperation {
    const { status, schema } = successOf(endpoint);
    const parameters = [...pathParametersOf(endpoint), ...queryParametersOf(endpoint), ...headerParametersOf(endpoint)];
    const body = endpoint.body;
    return {
      operationId: trail.map((name, index) => (index === 0 ? name : capitalize(name))).join(''),
      summary: endpoint.summary,
      ...(endpoint.description !== undefined && { description: endpoint.description }),
      tags: [endpoint.tag],
      security: schemesOf[endpoint.security].map((name) => ({ [name]: [] })),
      ...(parameters.length > 0 && { parameters }),
      ...(body !== undefined && {
        requestBody: {
          required: !body.safeParse(undefined).success,
          ...content('application/json', convert(body, 'input')),
        },
      }),
      responses: {
        [status]: {
          description: 'Success.',
          ...(endpoint.idempotent === true && { headers: replayedHeader }),
          ...(schema !== null && content('application/json', convert(schema, 'output'))),
        },
        ...problemResponses(endpoint),
      },
    };
  }

  function queryParametersOf(endpoint: Endpoint): JsonSchema[] {
    if (endpoint.query === undefined) return [];
    const { properties = {}, required = [] } = convert(endpoint.query, 'input') as {
      properties?: Record<string, JsonSchema>;
      required?: string[];
    };
    return Object.entries(properties).map(([name, { description, ...schema }]) => ({
      name,
      in: 'query',
      required: required.includes(name),
      ...(description !== undefined && { description }),
      schema,
    }));
  }

  function problemResponses(endpoint: Endpoint): Record<string, JsonSchema> {
    const problem = convert(problemSchema, 'output');
    const codes = errorsOf(endpoint);
    const statuses = [...new Set(codes.map((code) => errorTable[code].status))];
    return Object.fromEntries(
      statuses
        .map((status) => [String(status), codes.filter((code) => errorTable[code].status === status)] as const)
        .map(([status, codes]) => [
          status,
          {
            description: codes.map((code) => `\`${code}\`: ${errorTable[code].text}`).join('\n'),
            ...(status === '429' && { headers: retryAfterHeader }),
            content: {
              'application/problem+json': {
                schema: { allOf: [problem, { properties: { code: { enum: codes } } }] },
                examples: Object.fromEntries(codes.map((code) => [code, { value: problemExample(code) }])),
              },
            },
          },
        ]),
    );
  }

  const paths: OpenapiDocument['paths'] = {};
  for (const [trail, endpoint] of endpointsOf(endpoints)) {
    const path = endpoint.path.replaceAll(/:(\w+)/g, '{$1}');
    (paths[path] ??= {})[endpoint.method.toLowerCase()] = operation(trail, endpoint);
  }
  return {
    openapi: '3.1.1',
    info: {
      title,
      version,
      ...(description !== undefined && { description }),
      license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
    },
    tags: Object.entries(tags).map(([name, text]) => ({ name, description: text })),
    paths,
    components: { schemas: components, securitySchemes },
  };
}

const replayedHeader = {
  'Idempotency-Replayed': { description: '`true` when a repetition was answered.', schema: { const: 'true' } },
};
const retryAfterHeader = {
  'Retry-After': { description: 'Seconds to wait.', schema: { type: 'integer' } },
};

function pathParametersOf({ path }: Endpoint): JsonSchema[] {
  return pathParameters(path).map((name) => ({ name, in: 'path', required: true, schema: { type: 'string' } }));
}

function headerParametersOf({ idempotent, security }: Endpoint): JsonSchema[] {
  const parameters: JsonSchema[] = [];
  if (idempotent === true) {
    parameters.push({
      name: 'Idempotency-Key',
      in: 'header',
      description: 'Repeating a request with its key answers what the first was answered, and creates nothing.',
      schema: { type: 'string', pattern: '^[!-~]{1,200}$' },
    });
  }
  if (security.endsWith('administrator')) {
    const description =
      'Id or name of the tenant in which a platform administrator acts. Default: the platform itself.';
    for (const [name, place] of [
      ['X-Tenant', 'header'],
      ['tenant', 'query'],
    ]) {
      parameters.push({ name, in: place, description, schema: { type: 'string' } });
    }
  }
  return parameters;
}

function problemExample(code: ErrorCode): Json {
  const { status, text } = errorTable[code];
  return { type: `urn:countersign:error:${code}`, title: text, status, code };
}

function capitalize(name: string): string {
  return name.charAt(0).toUpperCase() + name.slice(1);
}

/** Rewrites references of a schema of its own to the components of the document. */
function pointToComponents<Value>(value: Value): Value {
  // A copy through JSON: schemas are plain JSON.
  return JSON.parse(JSON.stringify(value).replaceAll('"#/$defs/', '"#/components/schemas/')) as Value;
}
