import { CountersignError } from '../../core/errors.ts';

/** What the engine answers, or undefined where there is no such thing: the wire has its own answers to that. */
export async function unlessMissing<T>(answer: Promise<T>): Promise<T | undefined> {
  try {
    return await answer;
  } catch (error) {
    if (error instanceof CountersignError && error.code === 'not_found') return undefined;
    throw error;
  }
}
