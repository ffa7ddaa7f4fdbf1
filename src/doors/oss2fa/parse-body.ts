import { CountersignError } from '../../core/errors.ts';
import { parseJson } from '../../http/parse-json.ts';
import { readBody } from '../../http/read-body.ts';
import { parseMediaType } from './media-type.ts';

/** What {@link parseBody} reads. */
export const parsedTypes = ['application/json', 'application/x-www-form-urlencoded', 'multipart/form-data'] as const;

/**
 * Reads a body of JSON or of a form. No body is an empty object whatever its type; a body whose type is not told is JSON,
 * because the documented examples tell none.
 *
 * @throws CountersignError `unsupported_media_type`, `malformed_request`, `body_too_large`, `invalid_parameters`
 */
export async function parseBody(request: Request): Promise<unknown> {
  const text = await readBody(request);
  if (text === '') return {};
  const header = request.headers.get('content-type') ?? 'application/json';
  const { type, subtype } = parseMediaType(header);
  switch (`${type}/${subtype}`) {
    case 'application/json':
      return parseJson(text);
    case 'application/x-www-form-urlencoded':
      return nestFields(new URLSearchParams(text));
    case 'multipart/form-data':
      return nestFields(await parseMultipart(text, header));
    default:
      throw new CountersignError('unsupported_media_type', { detail: `${type}/${subtype}` });
  }
}

async function parseMultipart(text: string, header: string): Promise<Iterable<[string, unknown]>> {
  try {
    return await new Response(text, { headers: { 'Content-Type': header } }).formData();
  } catch {
    // Without the cause: its message could quote the body, which may hold a secret.
    throw new CountersignError('malformed_request', { detail: 'the body is not a form of several parts' });
  }
}

/**
 * The fields of a form as JSON would have them: `administrator.email` is a field of an object, of repeated fields the last
 * counts, and an empty field is one that was left out. A file is nothing that any field takes.
 */
function nestFields(fields: Iterable<[string, unknown]>): Record<string, unknown> {
  const body = new Map<string, unknown>();
  for (const [name, value] of fields) {
    if (value === '') continue;
    const dot = name.indexOf('.');
    if (dot < 0) body.set(name, value);
    else {
      const object = body.get(name.slice(0, dot));
      const inner = object instanceof Map ? object : new Map<string, unknown>();
      body.set(name.slice(0, dot), inner.set(name.slice(dot + 1), value));
    }
  }
  return Object.fromEntries(
    Array.from(body, ([name, value]) => [name, value instanceof Map ? Object.fromEntries(value) : value]),
  );
}
