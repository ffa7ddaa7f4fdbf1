import { type CodeOptions, codeGenerator } from './code-generator.ts';

export interface HotpOptions extends CodeOptions {
  /** The moving factor: a safe integer or a bigint up to 2^64 − 1. */
  counter: number | bigint;
}

/**
 * The HMAC-based one-time password of RFC 4226 §5.3.
 *
 * @throws CountersignError `invalid_parameters`
 * @example
 * hotp({ secret: new TextEncoder().encode('12345678901234567890'), counter: 0 }); // '755224'
 */
export function hotp(options: HotpOptions): string {
  return codeGenerator(options)(options.counter);
}
