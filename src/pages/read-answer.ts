import type { Answer } from '../devices/device-kind.ts';

/** Longer than any code; what is longer is refused as wrong like any other. */
const longestCode = 1024;

/**
 * The answer in a form: a code as it was typed, or what a script got from an authenticator. Undefined: there is none, so nothing is asked
 * and nothing is spent.
 */
export function readAnswer(form: URLSearchParams): Answer | undefined {
  const response = form.get('response');
  if (response !== null && response !== '') {
    try {
      return { response: JSON.parse(response) as unknown };
    } catch {
      return { response: {} };
    }
  }
  const code = form.get('code');
  return code === null || code.trim() === '' ? undefined : { code: code.slice(0, longestCode) };
}
