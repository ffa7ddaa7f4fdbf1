import { z } from 'zod';
import type { JsonObject } from '../../core/model.ts';
import { policySchema } from '../../core/policy/policy.ts';
import { buildOpenapi } from '../../http/openapi.ts';
import type { JsonSchema } from '../../http/json-schema-example.ts';
import { contract, tags } from './contract/index.ts';

const description = `One engine that enrols devices, challenges people and decides.

Times are RFC 3339 in UTC with milliseconds. Lists are pages: \`next\` is the \`cursor\` of the following one. Refusals are
problem documents (RFC 9457) whose \`code\` is stable. A creation that carries an \`Idempotency-Key\` can be repeated safely.`;

/** The OpenAPI document of this door. */
export function describeApi(version: string): JsonObject {
  const document = buildOpenapi({
    title: 'Countersign',
    version,
    description,
    endpoints: contract,
    tags,
    // The contract only names these two: their schema reads networks, which a browser cannot.
    schemas: { Policy: describePolicy('output'), PolicyOptions: describePolicy('input') },
  });
  // A copy through JSON makes it plain.
  return JSON.parse(JSON.stringify(document)) as JsonObject;
}

function describePolicy(io: 'input' | 'output'): JsonSchema {
  const { $schema: _, ...schema } = z.toJSONSchema(policySchema, { io, unrepresentable: 'any' });
  return schema;
}
