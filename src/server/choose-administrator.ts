import { CountersignError, type FieldIssue } from '../core/errors.ts';
import { mailAddress } from '../core/mail-address.ts';
import { type PasswordIssue, passwordIssues } from '../crypto/index.ts';
import type { Environment } from './config/environment.ts';
import { misconfigured } from './config/resolve-config.ts';

/** The administrator of a first start. */
export interface ChosenAdministrator {
  login: string;
  email: string;
  /** Undefined: none was chosen. */
  password: string | undefined;
  firstName: string;
  lastName: string;
}

const names = { firstName: 'Default', lastName: 'Administrator' };

const passwordFixes: Readonly<Record<PasswordIssue, string>> = {
  not_text: 'must be well-formed text without NUL',
  too_short: 'must have at least 12 characters',
  too_long: 'must have at most 1024 characters',
  too_simple: 'is too simple: take a longer, less regular one',
  too_common: 'is one of the commonest passwords: take another one',
  about_you: 'must not be made of the login or address',
};

/**
 * The administrator whom OSS2FA_ADMIN_USERNAME, OSS2FA_ADMIN_EMAIL and OSS2FA_ADMIN_PASSWORD choose; looked at before anything is made.
 *
 * @throws CountersignError `misconfigured`, with everything that is wrong
 */
export function chooseAdministrator(env: Environment): ChosenAdministrator {
  const read = (name: string) => {
    const text = env[`OSS2FA_ADMIN_${name}`]?.trim();
    return text === '' ? undefined : text;
  };
  const login = read('USERNAME') ?? 'admin';
  const email = read('EMAIL') ?? 'admin@localhost';
  const password = read('PASSWORD');
  const issues: FieldIssue[] = [];
  if (!/^[^\p{C}\s]{1,64}$/u.test(login)) {
    issues.push({ path: 'OSS2FA_ADMIN_USERNAME', message: 'must have 1 to 64 characters, none of them blank' });
  }
  if (login === email) {
    issues.push({
      path: 'OSS2FA_ADMIN_USERNAME',
      message: 'must not be the address: that is the login for the tenant',
    });
  }
  try {
    mailAddress(email);
  } catch (error) {
    if (!(error instanceof CountersignError)) throw error;
    issues.push({ path: 'OSS2FA_ADMIN_EMAIL', message: 'must be one mail address, e.g. admin@example.org' });
  }
  if (password !== undefined) {
    const about = [login, email, ...Object.values(names)];
    for (const issue of passwordIssues(password, about)) {
      issues.push({ path: 'OSS2FA_ADMIN_PASSWORD', message: passwordFixes[issue] });
    }
  }
  if (issues.length > 0) throw misconfigured(issues);
  return { login, email, password, ...names };
}
