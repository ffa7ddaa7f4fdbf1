import type { CountersignError, ErrorCode } from '../../core/errors.ts';
import type { JsonObject } from '../../core/model.ts';
import { apiHeaders } from '../../http/security-headers.ts';

/** Refusals that only this protocol knows. */
export type AdjureCode = 'USER_PROVISION_FAILURE' | 'USER_NOT_FOUND' | 'VALIDATION_FAILURE' | 'INVALID_RECOVERY_CODE';

/** Where the wire has a word of its own for a code of the error table; every other code is written in capitals. */
const wireCodes: Partial<Record<ErrorCode, string>> = {
  malformed_request: 'INVALID_PARAMS',
  invalid_parameters: 'INVALID_PARAMS',
  too_many_attempts: 'RATE_LIMITED',
  too_many_messages: 'RATE_LIMITED',
};

/** Seconds to wait when the engine names none, as for a user who has to be unlocked. */
const defaultRetryAfter = 900;

/** A JSON answer as Adjure writes it: a final newline, and the keys in alphabetical order, in which they are given. */
export function answerJson(body: JsonObject, status = 200, headers: Readonly<Record<string, string>> = {}): Response {
  return new Response(`${JSON.stringify(body)}\n`, {
    status,
    headers: { ...apiHeaders, 'Content-Type': 'application/json', ...headers },
  });
}

/** The error envelope. The status is 400 unless the protocol makes an exception. */
export function refuse(code: AdjureCode, message: string, status = 400): Response {
  return answerJson({ error_code: code, error_message: message }, status);
}

/** The envelope of a refusal that the error table knows. */
export function answerRefusal(refusal: CountersignError, headers: Readonly<Record<string, string>> = {}): Response {
  const { code, issues, status } = refusal;
  const retryAfter = refusal.retryAfter ?? (status === 429 ? defaultRetryAfter : undefined);
  const reasons = issues.map(({ path, message }) => (path === '' ? message : `${path}: ${message}`));
  const envelope = {
    error_code: wireCodes[code] ?? code.toUpperCase(),
    error_message: reasons.length === 0 ? refusal.message : reasons.join('; '),
  };
  return answerJson(envelope, status, {
    ...(status === 401 && { 'WWW-Authenticate': 'Bearer realm="countersign"' }),
    ...(retryAfter !== undefined && { 'Retry-After': String(retryAfter) }),
    ...headers,
  });
}
