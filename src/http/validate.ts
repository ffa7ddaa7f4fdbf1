import type { z } from 'zod';
import { CountersignError, type FieldIssue } from '../core/errors.ts';

/** More than these are not told. */
const maxIssues = 20;

/**
 * The value as its schema reads it.
 *
 * @throws CountersignError `invalid_parameters` naming the fields; the values are not repeated
 */
export function validate<Schema extends z.ZodType>(schema: Schema, value: unknown): z.output<Schema> {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  throw new CountersignError('invalid_parameters', { issues: toFieldIssues(result.error) });
}

/** What a schema has to say, field by field. */
export function toFieldIssues(error: z.ZodError): FieldIssue[] {
  return error.issues
    .flatMap((issue) => {
      const path = issue.path.map(String);
      return issue.code === 'unrecognized_keys'
        ? issue.keys.map((key) => ({ path: toPath([...path, key]), message: 'is not known here' }))
        : [{ path: toPath(path), message: issue.message }];
    })
    .slice(0, maxIssues);
}

function toPath(names: readonly string[]): string {
  return names.map((name) => name.slice(0, 64)).join('.');
}
