import { timingSafeEqual } from 'node:crypto';
import { otpDigits } from './algorithm.ts';
import { type CodeOptions, codeGenerator } from './code-generator.ts';
import { isNumericCode, normalizeCode } from './normalize-code.ts';

/**
 * A function that says whether the code of a counter is the one that was given, in a time that does not depend on how
 * much of it is right. `undefined` when what was given cannot be a code of this length at all.
 */
export function codeMatcher(options: CodeOptions, code: string): ((counter: number) => boolean) | undefined {
  const generate = codeGenerator(options);
  const text = normalizeCode(code);
  if (!isNumericCode(text, options.digits ?? otpDigits.default)) return undefined;
  const given = Buffer.from(text, 'latin1');
  return (counter) => timingSafeEqual(Buffer.from(generate(counter), 'latin1'), given);
}
