import { checkInteger } from './algorithm.ts';
import { codeMatcher } from './code-matcher.ts';
import { totpStep, type TotpOptions } from './totp.ts';

export interface FindTotpStepOptions extends TotpOptions {
  /** The code as it was typed; see `normalizeCode`. */
  code: string;
  /** Steps accepted before the current one. Default 1 (RFC 6238 §5.2 recommends at most one). */
  back?: number | undefined;
  /** Steps accepted after the current one. Default 1. */
  ahead?: number | undefined;
  /** Known drift of the device's clock in steps; moves the window, never widens it. Default 0. */
  drift?: number | undefined;
  /** The last accepted step: it and everything before it is dead (RFC 6238 §5.2). Default: none. */
  after?: number | undefined;
}

/**
 * The time step whose code was given, or undefined. The caller must store it and hand it back as `after`, so that no
 * code is accepted twice.
 *
 * The window is the one interval of `back + 1 + ahead` steps around now + drift. Every step of it is computed and
 * compared, whatever matches and whatever is dead, so the time taken tells nothing. Should two steps of the window share
 * a code, the newest is reported: the older one would leave the same code good for a second time.
 *
 * @throws CountersignError `invalid_parameters` for a wrong secret, algorithm, digits, period or window; a wrong code is
 *   not an error
 */
export function findTotpStep(options: FindTotpStepOptions): number | undefined {
  const { back = 1, ahead = 1, drift = 0, after = -1 } = options;
  checkInteger('back', back, 0);
  checkInteger('ahead', ahead, 0);
  checkInteger('drift', drift, Number.MIN_SAFE_INTEGER);
  const matches = codeMatcher(options, options.code);
  if (matches === undefined) return undefined;

  const centre = totpStep(options.time, options.period) + drift;
  let found: number | undefined;
  for (let step = Math.max(0, centre - back); step <= centre + ahead; step++) {
    const match = matches(step);
    if (match && step > after) found = step;
  }
  return found;
}
