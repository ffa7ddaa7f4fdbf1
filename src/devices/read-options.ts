import type { z } from 'zod';
import { CountersignError, type FieldIssue } from '../core/errors.ts';

/**
 * Reads options that a kind takes as plain JSON.
 *
 * @throws CountersignError `invalid_parameters` with every field that is wrong; values, which may be secrets, are not repeated
 */
export function readOptions<Output>(schema: z.ZodType<Output>, options: unknown): Output {
  const result = schema.safeParse(options);
  if (result.success) return result.data;
  const issues = result.error.issues.flatMap((issue): FieldIssue[] =>
    issue.code === 'unrecognized_keys'
      ? issue.keys.map((key) => ({ path: [...issue.path, key].join('.'), message: 'Is not an option here.' }))
      : [{ path: issue.path.join('.'), message: issue.message }],
  );
  const paths = issues.map((issue) => issue.path || 'options').join(', ');
  throw new CountersignError('invalid_parameters', { issues, detail: `options refused: ${paths}` });
}
