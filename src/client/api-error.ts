import type { ErrorCode, FieldIssue } from '../core/errors.ts';

/** What the client itself reports, besides the codes of the server. */
export type ClientErrorCode = ErrorCode | 'network_failed' | 'timed_out' | 'unexpected_answer';

export interface ApiErrorOptions {
  /** HTTP status; 0 when there was no answer. */
  status?: number;
  issues?: readonly FieldIssue[];
  retryAfter?: number;
  attemptsLeft?: number;
  cause?: unknown;
}

/** A call that was refused or failed. */
export class ApiError extends Error {
  override readonly name = 'ApiError';
  /** Stable; decide on this. */
  readonly code: ClientErrorCode;
  /** HTTP status; 0 when there was no answer. */
  readonly status: number;
  /** The fields that were refused. */
  readonly issues: readonly FieldIssue[];
  /** Seconds after which trying again makes sense. */
  readonly retryAfter: number | undefined;
  /** With `answer_refused`: how many answers are left. */
  readonly attemptsLeft: number | undefined;

  constructor(code: ClientErrorCode, message: string, options: ApiErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.code = code;
    this.status = options.status ?? 0;
    this.issues = options.issues ?? [];
    this.retryAfter = options.retryAfter;
    this.attemptsLeft = options.attemptsLeft;
  }
}
