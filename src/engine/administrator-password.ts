import { CountersignError, type FieldIssue } from '../core/errors.ts';
import type { Administrator } from '../core/model.ts';
import { passwordIssues } from '../crypto/index.ts';
import type { EngineParts } from './parts.ts';

const passwordProblems = {
  not_text: 'must be well-formed text without NUL',
  too_short: 'must have at least 12 characters',
  too_long: 'must have at most 1024 characters',
  too_simple: 'is too simple',
  too_common: 'is one of the commonest passwords',
  about_you: 'must not be made of the name or address',
} as const;

/**
 * Hashes the password of an administrator who is, or is to be. Not in a transaction: it takes long.
 *
 * @throws CountersignError `invalid_parameters` under `path` for a password that is not worth it
 */
export async function hashAdministratorPassword(
  parts: EngineParts,
  person: Pick<Administrator, 'login' | 'email' | 'firstName' | 'lastName'>,
  password: string,
  path: string,
): Promise<string> {
  const context = [person.login, person.email, person.firstName, person.lastName];
  const issues: FieldIssue[] = passwordIssues(password, context).map((issue) => ({
    path,
    message: passwordProblems[issue],
  }));
  if (issues.length > 0) throw new CountersignError('invalid_parameters', { issues });
  return parts.passwords.hash(password);
}
