import type { CountersignError, ErrorCode } from '../../core/errors.ts';
import { fieldMessages } from './field-messages.ts';
import type { Reply } from './reply.ts';

/** What is wrong with the request or the server as such, not with what is asked for. */
const detailCodes: ReadonlySet<ErrorCode> = new Set<ErrorCode>([
  'malformed_request',
  'unsupported_media_type',
  'body_too_large',
  'not_acceptable',
  'method_not_allowed',
  'unauthorized',
  'forbidden',
  'door_closed',
  'misconfigured',
  'sealed_value_invalid',
  'unavailable',
  'internal',
]);

/**
 * Turns a refusal into one of the shapes that callers know: refused fields (an object of lists), the request or the server
 * as such (`detail`), nothing at all for what does not exist, and a bare string for everything that an enrollment or a
 * challenge can object to. Our code stands in a header, where it breaks no shape.
 */
export function refuse(refusal: CountersignError): Reply {
  const { code, status, message, issues } = refusal;
  const headers = refusalHeaders(refusal);
  if (code === 'invalid_parameters' || code === 'already_exists')
    return { status: 400, body: fieldMessages(issues), headers };
  if (code === 'not_found') return { status: 404, headers };
  if (detailCodes.has(code)) return { status, body: { detail: message }, headers };
  return { status: 400, body: message, headers };
}

/** A refusal whose bare string is not the text of its code. */
export function refuseWithText(code: ErrorCode, text: string): Reply {
  return { status: 400, body: text, headers: { 'X-Error-Code': code } };
}

export function refusalHeaders({ code, retryAfter }: CountersignError): Record<string, string> {
  return {
    'X-Error-Code': code,
    ...(code === 'unauthorized' ? { 'WWW-Authenticate': 'Basic realm="api"' } : {}),
    ...(retryAfter === undefined ? {} : { 'Retry-After': String(Math.max(1, Math.ceil(retryAfter))) }),
  };
}
