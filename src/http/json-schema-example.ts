import type { Json } from '../core/model.ts';

/** A JSON Schema, or a part of an OpenAPI document. */
export type JsonSchema = { [key: string]: unknown };

const prefix = '#/components/schemas/';

/**
 * An example for a schema: its own `examples`, `const`, default or first choice, and for an object one of each member that
 * is required or has an example itself. Undefined when the schema tells too little.
 */
export function exampleOf(schema: JsonSchema, components: Readonly<Record<string, JsonSchema>>): Json | undefined {
  const { $ref, examples, const: constant, default: fallback, enum: choices, type } = schema;
  if (typeof $ref === 'string') return exampleOf(components[$ref.slice(prefix.length)] ?? {}, components);
  for (const given of [Array.isArray(examples) ? examples[0] : undefined, constant, fallback]) {
    if (given !== undefined) return given as Json;
  }
  if (Array.isArray(choices)) return choices[0] as Json;
  for (const parts of [schema['oneOf'], schema['anyOf']]) {
    if (Array.isArray(parts)) return exampleOf(parts[0] as JsonSchema, components);
  }
  if (type === 'boolean') return true;
  if (type === 'integer' || type === 'number') return (schema['minimum'] ?? 1) as number;
  if (type === 'array') return exampleOfArray(schema, components);
  return type === 'object' ? exampleOfObject(schema, components) : undefined;
}

function exampleOfArray(schema: JsonSchema, components: Readonly<Record<string, JsonSchema>>): Json | undefined {
  const items = schema['prefixItems'] ?? [schema['items'] ?? {}];
  const example = (items as JsonSchema[]).map((item) => exampleOf(item, components));
  return example.includes(undefined) ? undefined : (example as Json[]);
}

function exampleOfObject(schema: JsonSchema, components: Readonly<Record<string, JsonSchema>>): Json | undefined {
  const { properties = {}, required = [] } = schema as { properties?: Record<string, JsonSchema>; required?: string[] };
  const example: Record<string, Json> = {};
  for (const [name, property] of Object.entries(properties)) {
    const value = exampleOf(property, components);
    if (value !== undefined) example[name] = value;
    else if (required.includes(name)) return undefined;
  }
  return example;
}
