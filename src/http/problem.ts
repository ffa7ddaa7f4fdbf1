import { z } from 'zod';
import { CountersignError, type CountersignErrorOptions, type ErrorCode, errorTable } from '../core/errors.ts';
import type { JsonObject } from '../core/model.ts';
import { apiHeaders } from './security-headers.ts';

/** What is told about one field. */
const fieldIssueSchema = z.object({
  path: z.string().meta({ description: 'Dotted path into the request.', examples: ['context.ip'] }),
  message: z.string().meta({ examples: ['Invalid input'] }),
});

/** The body of every refusal (RFC 9457), as the API documents it. */
export const problemSchema = z
  .object({
    type: z
      .string()
      .meta({ description: '`urn:countersign:error:` and the code.', examples: ['urn:countersign:error:not_found'] }),
    title: z.string().meta({ description: 'Text for people.', examples: [errorTable.not_found.text] }),
    status: z.int().meta({ description: 'The HTTP status.', examples: [404] }),
    code: z.string().meta({ description: 'Stable; decide on this.', examples: ['not_found'] }),
    errors: z.array(fieldIssueSchema).optional().meta({ description: 'The fields that were refused.' }),
    retryAfter: z.int().optional().meta({ description: 'Seconds after which trying again makes sense.' }),
    attemptsLeft: z.int().optional().meta({ description: 'With `answer_refused`: how many answers are left.' }),
  })
  .meta({ id: 'Problem', description: 'A refusal (RFC 9457).' });

/** The body of a refusal. */
export type Problem = z.output<typeof problemSchema>;

/** A refusal with more members than every problem has (RFC 9457 §3.2). */
export class ProblemError extends CountersignError {
  readonly extension: JsonObject;

  constructor(code: ErrorCode, extension: JsonObject, options: CountersignErrorOptions = {}) {
    super(code, options);
    this.extension = extension;
  }
}

/** The refusal that an error is for the caller; whatever is no {@link CountersignError} tells nothing. */
export function toRefusal(error: unknown): CountersignError {
  return error instanceof CountersignError ? error : new CountersignError('internal', { cause: error });
}

/** The problem document of a refusal. */
export function problemOf(refusal: CountersignError): Problem {
  return {
    type: `urn:countersign:error:${refusal.code}`,
    title: errorTable[refusal.code].text,
    status: refusal.status,
    code: refusal.code,
    ...(refusal.issues.length > 0 && { errors: refusal.issues.map(({ path, message }) => ({ path, message })) }),
    ...(refusal.retryAfter !== undefined && { retryAfter: refusal.retryAfter }),
    ...(refusal instanceof ProblemError && refusal.extension),
  };
}

/** The answer to a refused request, as `application/problem+json`. */
export function problemResponse(refusal: CountersignError, headers: Readonly<Record<string, string>> = {}): Response {
  return new Response(JSON.stringify(problemOf(refusal)), {
    status: refusal.status,
    headers: {
      ...apiHeaders,
      'Content-Type': 'application/problem+json',
      ...(refusal.retryAfter !== undefined && { 'Retry-After': String(refusal.retryAfter) }),
      ...headers,
    },
  });
}
