import { CountersignError } from './errors.ts';

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

/** Its code, and the parameters that it names. */
export function refusedBy(run: () => unknown): { code: string; paths: string[] } {
  const { code, issues } = refusalOf(run);
  return { code, paths: issues.map(({ path }) => path) };
}
