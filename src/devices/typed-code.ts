import { normalizeCode } from '../otp/index.ts';
import type { Answer } from './device-kind.ts';

/** No code is longer with all the blanks and hyphens that people put in. Longer texts are not looked at (INP-03). */
const maxLength = 128;

/** The typed code of an answer, normalised; undefined when there is none, whatever a door let through instead. */
export function typedCode(answer: Answer): string | undefined {
  const code: unknown = answer.code;
  return typeof code === 'string' && code.length <= maxLength ? normalizeCode(code) : undefined;
}

/** Whether an answer could be the code of an authenticator app or token. */
export function looksLikeOtp(answer: Answer): boolean {
  return /^[0-9]{6,8}$/.test(typedCode(answer) ?? '');
}
