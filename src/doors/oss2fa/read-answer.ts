import { z } from 'zod';
import type { Answer } from '../../devices/device-kind.ts';
import { fields, readFields, text } from './read-fields.ts';

const anyFields = fields({}).catchall(z.unknown());
const typed = fields({ token: text() });

/**
 * The answer in a body: a typed `token`, or the `response` of an authenticator. Undefined when there is neither.
 *
 * @throws CountersignError when the body is no object or cannot be read at all
 */
export async function readAnswer(request: Request): Promise<Answer | undefined> {
  const body = await readFields(request, anyFields);
  const { success, data } = typed.safeParse(body);
  if (success) return { code: data.token };
  const response = body['response'];
  return typeof response === 'object' && response !== null ? { response } : undefined;
}
