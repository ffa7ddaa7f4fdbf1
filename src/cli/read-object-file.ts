import { readFile } from 'node:fs/promises';
import { invalidParameter } from '../core/errors.ts';
import type { JsonObject } from '../core/model.ts';

/**
 * An object out of a file of YAML or JSON.
 *
 * @param option What the file was given for, for messages.
 * @throws CountersignError `invalid_parameters`
 */
export async function readObjectFile(option: string, path: string): Promise<JsonObject> {
  const { parse } = await import('yaml');
  let value: unknown;
  try {
    value = parse(await readFile(path, 'utf8'), { logLevel: 'error' });
  } catch (error) {
    if (error instanceof Error && 'syscall' in error) throw error;
    const [reason = ''] = error instanceof Error ? error.message.split('\n') : [];
    throw invalidParameter(option, `${path} is neither YAML nor JSON: ${reason}`);
  }
  return asObject(option, value ?? {});
}

export function asObject(option: string, value: unknown): JsonObject {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as JsonObject;
  throw invalidParameter(option, 'must be an object');
}
