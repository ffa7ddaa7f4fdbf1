import { isUtf8 } from 'node:buffer';
import { CountersignError } from '../core/errors.ts';

/** Bytes that a body may have unless the endpoint says otherwise. */
export const defaultBodyLimit = 65_536;

const jsonType = /^application\/json(?:\s*;\s*charset\s*=\s*(?:utf-8|"utf-8"))?\s*$/i;

/**
 * Refuses every body that is not declared to be plain JSON: what a browser's form can send is not (RFC 8259 §11), and
 * a compressed body could be larger than its length says.
 *
 * @throws CountersignError `unsupported_media_type`
 */
export function requireJson(headers: Headers): void {
  const type = headers.get('content-type');
  const encoding = headers.get('content-encoding');
  if (type === null || !jsonType.test(type) || (encoding !== null && encoding !== 'identity')) {
    throw new CountersignError('unsupported_media_type');
  }
}

/** Whether the request comes with a body, by its header fields (RFC 9112 §6). */
export function hasBody(request: Request): boolean {
  const length = request.headers.get('content-length');
  if (length !== null) return length !== '0';
  return request.headers.has('transfer-encoding') || request.headers.has('content-type');
}

/**
 * Reads a body as text in UTF-8, at most `limit` bytes.
 *
 * @throws CountersignError `body_too_large`; `malformed_request` when it is not UTF-8 or breaks off
 */
export async function readBody(request: Request, limit: number = defaultBodyLimit): Promise<string> {
  // The parser of the listener hands over exactly as many bytes as were announced, so an announced body is read in one
  // piece (@hono/node-server then never makes a stream); one of unknown length is counted while it is read.
  const length = request.headers.get('content-length');
  if (length !== null && !(Number(length) <= limit)) throw new CountersignError('body_too_large');
  let bytes: Buffer;
  try {
    bytes = length === null ? await readCounted(request.body, limit) : Buffer.from(await request.arrayBuffer());
  } catch (error) {
    if (error instanceof CountersignError) throw error;
    throw new CountersignError('malformed_request', { detail: 'the body broke off', cause: error });
  }
  if (bytes.length > limit) throw new CountersignError('body_too_large');
  if (!isUtf8(bytes)) throw new CountersignError('malformed_request', { detail: 'the body is not UTF-8' });
  return bytes.toString('utf8');
}

async function readCounted(body: Request['body'], limit: number): Promise<Buffer> {
  if (body === null) return Buffer.alloc(0);
  const chunks: Uint8Array[] = [];
  let length = 0;
  const reader = body.getReader();
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return Buffer.concat(chunks, length);
    const chunk = value as Uint8Array;
    length += chunk.length;
    if (length > limit) {
      await reader.cancel();
      throw new CountersignError('body_too_large');
    }
    chunks.push(chunk);
  }
}
