/**
 * The one table of refusals (design law 10). A code is part of the public API: it is never renamed, and every door maps
 * it to its own wire shape. `text` is safe to show to anybody; what an operator needs goes into `detail`.
 */
export const errorTable = {
  // The request itself
  malformed_request: { status: 400, text: 'The request body is not well-formed.' },
  invalid_parameters: { status: 400, text: 'One or more parameters are missing or not valid.' },
  body_too_large: { status: 413, text: 'The request body is larger than this server accepts.' },
  unsupported_media_type: { status: 415, text: 'The content type of the request is not supported.' },
  not_acceptable: { status: 406, text: 'No representation matches the Accept header.' },
  method_not_allowed: { status: 405, text: 'The method is not allowed on this resource.' },
  not_found: { status: 404, text: 'There is no such resource.' },
  idempotency_conflict: { status: 409, text: 'The idempotency key was used before with another request.' },
  request_in_progress: { status: 409, text: 'A request with this idempotency key is still in progress.' },

  // Who is asking
  unauthorized: { status: 401, text: 'Valid credentials are required.' },
  forbidden: { status: 403, text: 'These credentials do not permit this.' },
  door_closed: { status: 403, text: 'The integration does not answer at this door.' },

  // Users, devices and their state
  user_exists: { status: 409, text: 'A user with this name already exists.' },
  already_exists: { status: 409, text: 'An object with this name already exists.' },
  user_inactive: { status: 403, text: 'The user is not active.' },
  no_device: { status: 409, text: 'The user has no device that can be used here.' },
  conflict: { status: 409, text: 'The object was changed by somebody else. Read it again and retry.' },

  // Enrollments and challenges
  wrong_state: { status: 409, text: 'The object is not in a state that permits this.' },
  enrollment_expired: { status: 410, text: 'The enrollment has expired.' },
  challenge_expired: { status: 410, text: 'The challenge has expired.' },
  kind_unknown: { status: 400, text: 'There is no such device kind.' },
  kind_not_allowed: { status: 403, text: 'The policy does not allow this device kind.' },
  mail_domain_not_allowed: { status: 403, text: 'The policy does not allow this mail domain.' },
  phone_number_not_allowed: { status: 403, text: 'The policy does not allow this telephone number.' },
  authenticator_not_allowed: { status: 403, text: 'The policy does not allow this authenticator.' },
  ticket_invalid: { status: 400, text: 'The link or ticket is not valid, or has run out.' },
  answer_refused: { status: 422, text: 'The answer was not accepted.' },
  too_many_attempts: { status: 429, text: 'Too many attempts. Try again later.' },
  too_many_messages: { status: 429, text: 'Too many messages were requested. Try again later.' },
  delivery_failed: { status: 502, text: 'The message could not be delivered.' },

  // The server
  misconfigured: { status: 500, text: 'The server is not configured correctly.' },
  sealed_value_invalid: { status: 500, text: 'A stored value could not be opened.' },
  unavailable: { status: 503, text: 'The service is temporarily unavailable. Nothing was changed.' },
  internal: { status: 500, text: 'The server failed to answer. Nothing was accepted.' },
} as const satisfies Record<string, { status: number; text: string }>;

/** A code of {@link errorTable}. */
export type ErrorCode = keyof typeof errorTable;

/** One field that was refused: a dotted path into the request or configuration, and what is wrong with it. */
export interface FieldIssue {
  path: string;
  message: string;
}

export interface CountersignErrorOptions {
  /** For the log: what an operator needs to know. Never a secret, never shown to the caller. */
  detail?: string;
  /** Which fields were refused; shown to the caller. */
  issues?: readonly FieldIssue[];
  /** Seconds after which trying again makes sense (HTTP `Retry-After`). */
  retryAfter?: number;
  cause?: unknown;
}

/** Every refusal and failure that Countersign reports. */
export class CountersignError extends Error {
  override readonly name = 'CountersignError';
  readonly code: ErrorCode;
  readonly status: number;
  readonly detail: string | undefined;
  readonly issues: readonly FieldIssue[];
  readonly retryAfter: number | undefined;

  constructor(code: ErrorCode, options: CountersignErrorOptions = {}) {
    super(errorTable[code].text, options.cause === undefined ? undefined : { cause: options.cause });
    this.code = code;
    this.status = errorTable[code].status;
    this.detail = options.detail;
    this.issues = options.issues ?? [];
    this.retryAfter = options.retryAfter;
  }
}

/** Shorthand for the commonest refusal: one parameter is not valid. */
export function invalidParameter(path: string, message: string): CountersignError {
  return new CountersignError('invalid_parameters', { issues: [{ path, message }], detail: `${path}: ${message}` });
}
