import { CountersignError } from '../../../core/errors.ts';

/**
 * PostgreSQL has no text with a NUL in it. What is stored was checked before; who looks for such a name is told that there can be none,
 * and not that the server failed.
 *
 * @throws CountersignError `invalid_parameters`
 */
export function checkParameters(values: readonly unknown[]): unknown[] {
  for (const value of values) {
    if (typeof value !== 'string' || !value.includes('\0')) continue;
    throw new CountersignError('invalid_parameters', { issues: [{ path: '', message: 'must not contain NUL' }] });
  }
  return [...values];
}
