import { CountersignError } from '../../core/errors.ts';
import type { Surroundings } from './surroundings.ts';
import { refusalText } from './refusal-text.ts';

/** What went wrong with a form, for the page that shows it again. */
export interface Trouble {
  error: string;
  status: number;
  code: string;
}

/** A refusal that the page itself can tell; anything else is thrown on. */
export function troubleOf({ say }: Surroundings, error: unknown): Trouble {
  if (!(error instanceof CountersignError) || (error.status >= 500 && error.code !== 'delivery_failed')) throw error;
  return { error: refusalText(say, error), status: error.status, code: error.code };
}

/** A wrong answer, with the number of tries that are left. */
export function wrongAnswer({ say }: Surroundings, attemptsLeft: number): Trouble {
  return { error: say.refusals.answer_refused(attemptsLeft), status: 422, code: 'answer_refused' };
}

/** A field that was left empty costs nothing. */
export function emptyField({ say }: Surroundings): Trouble {
  return { error: say.refusals.empty, status: 422, code: 'empty' };
}
