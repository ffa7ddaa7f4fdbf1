import { checkInteger } from './algorithm.ts';
import type { CodeOptions } from './code-generator.ts';
import { codeMatcher } from './code-matcher.ts';
import { normalizeCode } from './normalize-code.ts';

export interface FindHotpCounterOptions extends CodeOptions {
  /** The code as it was typed; see `normalizeCode`. */
  code: string;
  /** The next expected counter: the last accepted one plus one. Nothing below it is ever a candidate. */
  counter: number;
  /** How many counters after `counter` are tried as well. Default 10 (RFC 4226 §7.4 asks for a small number). */
  lookAhead?: number | undefined;
}

/**
 * The counter whose code was given, or undefined (RFC 4226 §7.2, §7.4). The caller must store the found counter plus one
 * as the next expected one. All candidates are compared; should several match, the lowest is reported, because the token
 * then still stands inside the window.
 *
 * @throws CountersignError `invalid_parameters` for a wrong secret, algorithm, digits or window; a wrong code is not an
 *   error
 */
export function findHotpCounter(options: FindHotpCounterOptions): number | undefined {
  const matches = codeMatcher(options, options.code);
  return matches && firstMatch(options, options.lookAhead ?? 10, matches);
}

export interface FindHotpPairOptions extends CodeOptions {
  /** Two codes that the token showed one right after the other. */
  codes: readonly [string, string];
  /** The next expected counter. */
  counter: number;
  /** How many counters after `counter` the first code may stand. Default 1000: two codes are needed at once. */
  lookAhead?: number | undefined;
}

/**
 * Finds a token that has run away (RFC 4226 §7.4, Appendix E.4): the counter of the *second* of two consecutive codes, or
 * undefined. The next expected counter is the found one plus one. One code given twice is not a pair.
 *
 * @throws CountersignError `invalid_parameters`, as {@link findHotpCounter}
 */
export function findHotpPair(options: FindHotpPairOptions): number | undefined {
  const [first, second] = options.codes;
  const isFirst = codeMatcher(options, first);
  const isSecond = codeMatcher(options, second);
  if (isFirst === undefined || isSecond === undefined || normalizeCode(first) === normalizeCode(second))
    return undefined;

  let previous = false;
  return firstMatch(options, (options.lookAhead ?? 1000) + 1, (counter) => {
    const pair = isSecond(counter) && previous;
    previous = isFirst(counter);
    return pair;
  });
}

/** Compares every counter from the expected one on, and reports the lowest that matched. */
function firstMatch(
  { counter }: { counter: number },
  lookAhead: number,
  matches: (counter: number) => boolean,
): number | undefined {
  checkInteger('counter', counter, 0);
  checkInteger('lookAhead', lookAhead, 0);
  let found: number | undefined;
  for (let candidate = counter; candidate <= Math.min(counter + lookAhead, Number.MAX_SAFE_INTEGER); candidate++) {
    const match = matches(candidate);
    if (match) found ??= candidate;
  }
  return found;
}
