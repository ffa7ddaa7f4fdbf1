import { z } from 'zod';
import type { FieldIssue } from '../../core/errors.ts';
import type { JsonSchema } from './json-schema.ts';
import { suggestName } from './suggest-name.ts';

/** What is wrong with options, each with its path and what to write instead. Values are not repeated: they may be secrets. */
export function describeIssues(error: z.ZodError, schema: z.ZodType): FieldIssue[] {
  return error.issues.flatMap((issue): FieldIssue[] => {
    const path = issue.path.map(String);
    if (issue.code === 'unrecognized_keys') {
      return issue.keys.map((key) => ({ path: [...path, key].join('.'), message: unknownOption(schema, path, key) }));
    }
    return [{ path: path.join('.'), message: fixOf(issue) }];
  });
}

function fixOf(issue: z.core.$ZodIssue): string {
  if (issue.code === 'invalid_type') return `must be ${nounOf(issue.expected)}`;
  if (issue.code === 'invalid_value') {
    return `must be ${issue.values.length > 1 ? 'one of ' : ''}${issue.values.map(String).join(', ')}`;
  }
  // What the schema itself says is the better advice.
  if (issue.message.startsWith('must')) return issue.message;
  const isText = 'origin' in issue && issue.origin === 'string';
  if (issue.code === 'too_small') return isText ? 'must not be empty' : `must be at least ${issue.minimum}`;
  if (issue.code === 'too_big')
    return `must ${isText ? 'have' : 'be'} at most ${issue.maximum}${isText ? ' characters' : ''}`;
  return issue.message.slice(0, 1).toLowerCase() + issue.message.slice(1);
}

function nounOf(expected: string): string {
  const nouns: Record<string, string> = {
    string: 'text (put it in quotes)',
    boolean: 'true or false',
    number: 'a number',
    int: 'a whole number',
    array: 'a list',
    object: 'a mapping of options',
    record: 'a mapping of options',
  };
  return nouns[expected] ?? `of the type ${expected}`;
}

function unknownOption(options: z.ZodType, path: readonly string[], key: string): string {
  const schema = z.toJSONSchema(options, { io: 'input', unrepresentable: 'any' }) as JsonSchema;
  const known = Object.keys(schemaAt(schema, path)?.properties ?? {});
  const near = suggestName(key, known);
  if (near !== undefined) return `is not an option; did you mean ${[...path, near].join('.')}?`;
  const elsewhere = optionPaths(schema).find((option) => option.endsWith(`.${key}`) || option === key);
  if (elsewhere !== undefined) return `is not an option here; did you mean ${elsewhere}?`;
  return known.length === 0 ? 'is not an option' : `is not an option; there are ${known.join(', ')}`;
}

function schemaAt(schema: JsonSchema, path: readonly string[]): JsonSchema | undefined {
  return path.reduce<JsonSchema | undefined>((inner, name) => inner?.properties?.[name], schema);
}

function optionPaths(schema: JsonSchema, prefix = ''): string[] {
  return Object.entries(schema.properties ?? {}).flatMap(([name, inner]) => [
    `${prefix}${name}`,
    ...optionPaths(inner, `${prefix}${name}.`),
  ]);
}
