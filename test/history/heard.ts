import { CountersignError, type ErrorCode, errorTable } from '../../src/core/errors.ts';
import type { Call, Told } from './history.ts';

/** What a recorder notes of an answer. */
export type Heard = Pick<Call, 'told' | 'status' | 'auditId' | 'shape' | 'vague'>;

/** What the engine says to `verify`, and inside its answer to a challenge. */
export function hearOutcome(outcome: { accepted: true; auditId: string } | { accepted: false }): Heard {
  return outcome.accepted
    ? { told: 'accepted', status: 'accepted', auditId: outcome.auditId }
    : { told: 'refused', status: 'refused', shape: 'refused' };
}

/** What was thrown instead of an answer: a refusal with a code, or no answer at all. */
export function hearError(error: unknown): Heard {
  const code = error instanceof Error && 'code' in error ? String(error.code) : undefined;
  // Of whichever build the error is: the name is what they share.
  if (error instanceof Error && error.name === 'CountersignError' && code !== undefined) return hearCode(code);
  return { told: 'lost', status: code ?? String(error) };
}

/** A code of the error table, from whichever process it comes. Any other text is a failure without an answer. */
export function hearCode(code: string): Heard {
  if (!isErrorCode(code)) return { told: 'lost', status: code };
  return { told: toldBy(code), status: code, shape: code };
}

/** What the status of an HTTP answer says by itself; what is accepted and what is refused says the door. */
export function hearStatus(status: number): Heard {
  const told: Told = status >= 500 ? 'unavailable' : status === 429 ? 'exhausted' : 'invalid';
  return { told, status };
}

function isErrorCode(code: string): code is ErrorCode {
  return Object.hasOwn(errorTable, code);
}

function toldBy(code: ErrorCode): Told {
  if (code === 'answer_refused') return 'refused';
  const { status } = new CountersignError(code);
  return hearStatus(status).told;
}
