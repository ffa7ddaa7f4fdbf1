import type { FieldIssue } from '../core/errors.ts';
import { ApiError, type ClientErrorCode } from './api-error.ts';

export interface SenderOptions {
  /** Where the server is, e.g. `https://localhost:8300`. A path in front of `/v1` is kept. */
  url: string;
  /** The token of an integration or an administrator; or login and password of an administrator. Default: none. */
  token?: string | { login: string; password: string };
  /** Id or name of the tenant in which a platform administrator acts. */
  tenant?: string;
  /** Default: that of the platform. */
  fetch?: typeof globalThis.fetch;
  /** Milliseconds after which a call fails with `timed_out`. Default 10000. */
  timeoutMs?: number;
}

/** What can be said about one call. */
export interface CallOptions {
  /** Repeating a creation with the same key answers what the first was answered. */
  idempotencyKey?: string;
  /** Breaks the call off. */
  signal?: AbortSignal;
}

/** The query of a call; what is undefined is left out. */
export type Query = Readonly<Record<string, string | number | undefined>>;

export interface SentRequest {
  method: string;
  path: string;
  query?: Query | undefined;
  body?: unknown;
  options: CallOptions;
}

/** Sends a request and returns the body of its answer; rejects with {@link ApiError}. */
export type Sender = (request: SentRequest) => Promise<unknown>;

/** A sender with its credentials. */
export function sender(options: SenderOptions): Sender {
  const { fetch = globalThis.fetch, timeoutMs = 10_000, tenant } = options;
  const base = options.url.replace(/\/+$/, '');
  const credentials = authorization(options.token);

  return async ({ method, path, query, body, options: { idempotencyKey, signal } }) => {
    const timeout = AbortSignal.timeout(timeoutMs);
    let response: Response;
    let text: string;
    try {
      response = await fetch(`${base}${path}${queryString(query)}`, {
        method,
        headers: {
          Accept: 'application/json, application/problem+json',
          ...(credentials !== undefined && { Authorization: credentials }),
          ...(tenant !== undefined && { 'X-Tenant': tenant }),
          ...(idempotencyKey !== undefined && { 'Idempotency-Key': idempotencyKey }),
          ...(body !== undefined && { 'Content-Type': 'application/json' }),
        },
        ...(body !== undefined && { body: JSON.stringify(body) }),
        // A redirect would carry the credentials to wherever it points.
        redirect: 'error',
        signal: signal === undefined ? timeout : AbortSignal.any([timeout, signal]),
      });
      text = await response.text();
    } catch (cause) {
      if (signal?.aborted === true) throw cause;
      throw timeout.aborted
        ? new ApiError('timed_out', `No answer within ${timeoutMs} ms.`, { cause })
        : new ApiError('network_failed', 'The server could not be reached.', { cause });
    }
    const { status } = response;
    if (status === 204) return undefined;
    const answer = parseAnswer(text);
    if (response.ok && answer !== undefined) return answer;
    throw toApiError(status, answer);
  };
}

function authorization(token: SenderOptions['token']): string | undefined {
  if (token === undefined || typeof token === 'string') return token && `Bearer ${token}`;
  const pair = new TextEncoder().encode(`${token.login}:${token.password}`);
  return `Basic ${btoa(String.fromCharCode(...pair))}`;
}

function queryString(query: Query | undefined): string {
  const parameters = new URLSearchParams();
  for (const [name, value] of Object.entries(query ?? {}))
    if (value !== undefined) parameters.append(name, String(value));
  const text = parameters.toString();
  return text === '' ? '' : `?${text}`;
}

function parseAnswer(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

interface ProblemDocument {
  code: ClientErrorCode;
  title: string;
  errors?: FieldIssue[];
  retryAfter?: number;
  attemptsLeft?: number;
}

function toApiError(status: number, answer: unknown): ApiError {
  if (!isProblem(answer))
    return new ApiError('unexpected_answer', `The answer ${status} is not of this API.`, { status });
  const { code, title, errors, retryAfter, attemptsLeft } = answer;
  return new ApiError(code, title, {
    status,
    ...(errors !== undefined && { issues: errors }),
    ...(retryAfter !== undefined && { retryAfter }),
    ...(attemptsLeft !== undefined && { attemptsLeft }),
  });
}

function isProblem(answer: unknown): answer is ProblemDocument {
  return (
    typeof answer === 'object' &&
    answer !== null &&
    'code' in answer &&
    typeof answer.code === 'string' &&
    'title' in answer &&
    typeof answer.title === 'string'
  );
}
