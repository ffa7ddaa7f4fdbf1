import { CountersignError } from '../../core/errors.ts';

/**
 * Loads the driver of a database when its URL is used.
 *
 * @throws CountersignError `misconfigured` when it is not installed
 */
export async function loadDriver<T>(name: string, load: () => Promise<T>): Promise<T> {
  try {
    return await load();
  } catch (cause) {
    throw new CountersignError('misconfigured', {
      detail: `the database URL needs the package ${name}, which cannot be loaded: npm install ${name}`,
      cause,
    });
  }
}
