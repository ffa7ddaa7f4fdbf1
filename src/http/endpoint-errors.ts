import type { ErrorCode } from '../core/errors.ts';
import { type Endpoint, pathParameters } from './endpoint.ts';

/** Every refusal that an endpoint can answer with: those it names and those that follow from its declaration. */
export function errorsOf(endpoint: Endpoint): ErrorCode[] {
  const { security, idempotent, body, path, errors = [] } = endpoint;
  return [
    ...new Set<ErrorCode>([
      'invalid_parameters',
      ...(body === undefined
        ? []
        : (['malformed_request', 'body_too_large', 'unsupported_media_type'] satisfies ErrorCode[])),
      ...(security === 'none' ? [] : (['unauthorized'] satisfies ErrorCode[])),
      ...(security.startsWith('integration') ? (['door_closed'] satisfies ErrorCode[]) : []),
      ...(security.endsWith('administrator')
        ? (['forbidden', 'not_found', 'too_many_attempts'] satisfies ErrorCode[])
        : []),
      ...(pathParameters(path).length > 0 ? (['not_found'] satisfies ErrorCode[]) : []),
      ...(idempotent === true ? (['idempotency_conflict', 'request_in_progress'] satisfies ErrorCode[]) : []),
      ...errors,
      'internal',
      'unavailable',
    ]),
  ];
}
