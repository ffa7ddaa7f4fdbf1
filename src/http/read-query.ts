import { invalidParameter } from '../core/errors.ts';

/**
 * The query of a URL. A parameter that is given twice, and NUL, are refused.
 *
 * @throws CountersignError `invalid_parameters`
 */
export function readQuery(url: string): Record<string, string> {
  const start = url.indexOf('?');
  const query: Record<string, string> = Object.create(null) as Record<string, string>;
  if (start < 0) return query;
  for (const [name, value] of new URLSearchParams(url.slice(start + 1))) {
    if (name in query) throw invalidParameter(name.slice(0, 64), 'is given twice');
    if (name.includes('\0') || value.includes('\0')) throw invalidParameter(name.slice(0, 64), 'holds NUL');
    query[name] = value;
  }
  return query;
}
