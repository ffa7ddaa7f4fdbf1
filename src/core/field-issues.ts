import type { z } from 'zod';
import type { FieldIssue } from './errors.ts';

/** What a schema has to say about a value, field by field. The values are not repeated. @param place where the value stands itself */
export function fieldIssues(error: z.ZodError, ...place: readonly string[]): FieldIssue[] {
  return error.issues.map(({ path, message }) => ({ path: [...place, ...path].join('.'), message }));
}
