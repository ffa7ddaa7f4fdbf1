import { checkInteger } from './algorithm.ts';
import { type CodeOptions, codeGenerator } from './code-generator.ts';

export interface TotpOptions extends CodeOptions {
  /** Milliseconds since the Unix epoch. */
  time: number;
  /** Seconds per step. Default 30 (RFC 6238 §4.1). */
  period?: number | undefined;
}

/** The time step T of RFC 6238 §4.2 with T0 = 0: how many whole periods (in seconds) have passed at `timeMs`. */
export function totpStep(timeMs: number, period = 30): number {
  checkInteger('period', period, 1);
  return Math.floor(timeMs / 1000 / period);
}

/**
 * The time-based one-time password of RFC 6238.
 *
 * @throws CountersignError `invalid_parameters`
 */
export function totp(options: TotpOptions): string {
  return codeGenerator(options)(totpStep(options.time, options.period));
}
