import { CountersignError } from '../core/errors.ts';

/** The refusal with which `run` ends; any other end fails the test. */
export function refusalOf(run: () => unknown): CountersignError {
  try {
    run();
  } catch (error) {
    if (error instanceof CountersignError) return error;
    throw error;
  }
  throw new Error('nothing was refused');
}
