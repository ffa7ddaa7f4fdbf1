import { invalidParameter } from '../core/errors.ts';

/**
 * Reads a telephone number in the form of E.164: `+`, country code, subscriber number, at most 15 digits.
 *
 * @throws CountersignError `invalid_parameters`
 */
export function phoneNumber(text: string, path = 'number'): string {
  if (!/^\+[1-9]\d{3,14}$/.test(text)) throw invalidParameter(path, 'Must be a number like +4930901820.');
  return text;
}
