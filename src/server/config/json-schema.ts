import { z } from 'zod';
import { configSchema } from './schema.ts';

/** The parts of JSON Schema that {@link configSchema} turns into. */
export interface JsonSchema {
  $id?: string;
  title?: string;
  type?: string;
  description?: string;
  default?: unknown;
  enum?: readonly unknown[];
  minimum?: number;
  maximum?: number;
  items?: JsonSchema;
  properties?: Record<string, JsonSchema>;
}

/** The published JSON Schema of the configuration file (2020-12). */
export function configJsonSchema(): JsonSchema {
  return {
    ...(z.toJSONSchema(configSchema, { io: 'input' }) as JsonSchema),
    $id: 'urn:countersign:schema:configuration',
    title: 'Configuration of a Countersign server',
  };
}
