import { CountersignError } from '../../core/errors.ts';

/** Parses the URL of a database server; the refusal does not repeat it, because it may hold a password. */
export function parseServerUrl(text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url !== undefined && url.pathname.length > 1) return url;
  throw new CountersignError('misconfigured', {
    detail: `the database URL must be ${text.split(':', 1)[0]}://user:password@host:port/database, with special characters of the password as %XX`,
  });
}
