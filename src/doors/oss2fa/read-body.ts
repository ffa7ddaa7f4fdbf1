import { CountersignError } from '../../core/errors.ts';
import { parseMediaType } from './media-type.ts';

/** No body of this API is larger than some kilobytes; a WebAuthn attestation with its certificates is the largest. */
const maxBytes = 64 * 1024;

const forms = ['application/x-www-form-urlencoded', 'multipart/form-data'];
/** What {@link readBody} reads. */
export const parsedTypes = ['application/json', ...forms] as const;

/**
 * Reads a body of JSON or of a form. No body is an empty object whatever its type; a body whose type is not told is JSON,
 * because the documented examples tell none.
 *
 * @throws CountersignError `unsupported_media_type`, `malformed_request`, `body_too_large`
 */
export async function readBody(request: Request): Promise<unknown> {
  const bytes = await readBytes(request);
  if (bytes.byteLength === 0) return {};
  const header = request.headers.get('content-type') ?? 'application/json';
  const { type, subtype } = parseMediaType(header);
  switch (`${type}/${subtype}`) {
    case 'application/json':
      return parse(() => JSON.parse(decode(bytes)) as unknown);
    case 'application/x-www-form-urlencoded':
      return nestFields(new URLSearchParams(parse(() => decode(bytes))));
    case 'multipart/form-data': {
      const form = new Response(bytes, { headers: { 'Content-Type': header } }).formData();
      return nestFields(await form.catch(refuseBody));
    }
    default:
      throw new CountersignError('unsupported_media_type', { detail: `${type}/${subtype}` });
  }
}

async function readBytes(request: Request): Promise<Uint8Array<ArrayBuffer>> {
  const tooLarge = () => new CountersignError('body_too_large', { detail: `more than ${maxBytes} bytes` });
  if (Number(request.headers.get('content-length') ?? 0) > maxBytes) throw tooLarge();
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of request.body ?? []) {
    length += chunk.byteLength;
    if (length > maxBytes) throw tooLarge();
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

function decode(bytes: Uint8Array): string {
  return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
}

function parse<T>(read: () => T): T {
  try {
    return read();
  } catch (error) {
    return refuseBody(error);
  }
}

function refuseBody(cause: unknown): never {
  throw new CountersignError('malformed_request', { cause });
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
    [...body].map(([name, value]) => [name, value instanceof Map ? Object.fromEntries(value) : value]),
  );
}
