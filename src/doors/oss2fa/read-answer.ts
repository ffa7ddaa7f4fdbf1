import type { Answer } from '../../devices/device-kind.ts';
import { fields, text } from './read-fields.ts';

const typed = fields({ token: text() });

/** The answer in a body: a typed `token`, or the `response` of an authenticator. Undefined when there is neither. */
export function readAnswer(body: Record<string, unknown>): Answer | undefined {
  const { success, data } = typed.safeParse(body);
  if (success) return { code: data.token };
  const response = body['response'];
  return typeof response === 'object' && response !== null ? { response } : undefined;
}
