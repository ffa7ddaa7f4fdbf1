import type { z } from 'zod';
import { CountersignError } from '../../core/errors.ts';
import { parseJson } from '../../http/parse-json.ts';
import { readBody } from '../../http/read-body.ts';
import { validate } from '../../http/validate.ts';

/**
 * The parameters of a POST: a JSON body, whatever its content type says.
 *
 * @throws CountersignError `malformed_request`, `body_too_large`, `invalid_parameters`
 */
export async function readJsonParameters<Schema extends z.ZodType>(
  request: Request,
  schema: Schema,
): Promise<z.output<Schema>> {
  return validate(schema, parseJson(await readBody(request)));
}

/**
 * The parameters of a GET. The first of equal names counts, `+` is a blank.
 *
 * @throws CountersignError `malformed_request`, `invalid_parameters`
 */
export function readQueryParameters<Schema extends z.ZodType>(request: Request, schema: Schema): z.output<Schema> {
  const query = new URL(request.url).search.slice(1);
  try {
    // Two ids that differ in broken bytes must not become one.
    decodeURIComponent(query);
  } catch {
    throw new CountersignError('malformed_request');
  }
  // Turned round because the last of equal names wins in an object.
  return validate(schema, Object.fromEntries([...new URLSearchParams(query)].toReversed()));
}
