import { z } from 'zod';
import type { Answer } from '../../devices/device-kind.ts';
import { parseJson } from '../../http/parse-json.ts';
import { fields, readFields, text } from './read-fields.ts';

const anyFields = fields({}).catchall(z.unknown());
const typed = fields({ token: text() });

/**
 * Where the answer of an authenticator stands: `registration_response` is what the first version of this API called it; the one of a
 * challenge has its name from there.
 */
const structured = ['response', 'registration_response', 'authentication_response'] as const;

/**
 * The answer in a body: a typed `token`, or the `response` of an authenticator. Undefined when there is neither.
 *
 * @throws CountersignError when the body is no object or cannot be read at all
 */
export async function readAnswer(request: Request): Promise<Answer | undefined> {
  const body = await readFields(request, anyFields);
  const { success, data } = typed.safeParse(body);
  if (success) return { code: data.token };
  for (const name of structured) {
    const response = readObject(body[name]);
    if (response !== undefined) return { response };
  }
  return undefined;
}

/** An object; in a form, and from scripts that have stored it, as JSON text. */
function readObject(value: unknown): object | undefined {
  if (typeof value === 'object' && value !== null) return value;
  if (typeof value !== 'string' || !/^\s*\{/.test(value)) return undefined;
  try {
    return parseJson(value) as object;
  } catch {
    return undefined;
  }
}

/** The field that is missing when there is no answer, by the kind of the device. */
export function missingAnswer(kind: string | undefined): string {
  return kind === 'webauthn' || kind === 'push' ? 'response' : 'token';
}
