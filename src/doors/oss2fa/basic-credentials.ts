import { CountersignError } from '../../core/errors.ts';

export interface BasicCredentials {
  user: string;
  password: string;
}

/**
 * The credentials of a Basic `Authorization` header (RFC 7617); undefined when there is none.
 *
 * @throws CountersignError `unauthorized` when the header is malformed
 */
export function basicCredentials(request: Request): BasicCredentials | undefined {
  const [scheme, encoded, ...rest] = (request.headers.get('authorization') ?? '').split(/\s+/).filter(Boolean);
  if (scheme?.toLowerCase() !== 'basic') return undefined;
  if (encoded === undefined || rest.length > 0 || !/^[A-Za-z0-9+/]+={0,2}$/.test(encoded))
    throw new CountersignError('unauthorized', { detail: 'malformed Basic header' });
  const text = decodeText(Buffer.from(encoded, 'base64'));
  const colon = text.indexOf(':');
  return colon < 0 ? { user: text, password: '' } : { user: text.slice(0, colon), password: text.slice(colon + 1) };
}

/** UTF-8, or what browsers sent before it was agreed on. */
function decodeText(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return Buffer.from(bytes).toString('latin1');
  }
}
