import { type CodeOptions, findHotpCounter, findHotpPair, isNumericCode } from '../../otp/index.ts';
import type { Answer, DeviceState, KindContext, Verdict } from '../device-kind.ts';
import { codeOptions, type OtpKey } from '../otp-key.ts';
import { typedCode } from '../typed-code.ts';
import type { HotpConfiguration } from './configuration.ts';

export interface HotpCounters {
  /** The counter of the next code; all before it are dead. */
  next: number;
}

export type HotpState = DeviceState<OtpKey, HotpCounters>;
type HotpVerdict = Verdict<OtpKey, HotpCounters>;

/** Judges a code against the expected counter and the few after it, never before it (RFC 4226 §7.2, §7.4). */
export function judgeHotp(state: HotpState, answer: Answer, ctx: KindContext<HotpConfiguration>): HotpVerdict {
  const { secret, counters } = state;
  const { lookAhead } = ctx.config;
  const code = typedCode(answer);
  if (code === undefined || !isNumericCode(code, secret.digits)) return { accepted: false, reason: 'malformed' };

  const search = { ...codeOptions(secret), code };
  const found = findHotpCounter({ ...search, counter: counters.next, lookAhead });
  if (found !== undefined) return acceptCounter(state, found, ctx);
  // Told the same as 'wrong', after the same work; only the audit trail knows.
  return { accepted: false, reason: isSpent(search, counters.next, lookAhead) ? 'replayed' : 'wrong' };
}

/** Whether a code is one of the last few dead ones. */
function isSpent(search: CodeOptions & { code: string }, next: number, lookBack: number): boolean {
  if (next === 0) return false;
  const counter = Math.max(0, next - 1 - lookBack);
  return findHotpCounter({ ...search, counter, lookAhead: next - 1 - counter }) !== undefined;
}

/** Judges two consecutive codes against the wide window, which one code alone never opens (RFC 4226 §7.4, E.4). */
export function judgeHotpPair(
  state: HotpState,
  answers: readonly [Answer, Answer],
  ctx: KindContext<HotpConfiguration>,
): HotpVerdict {
  const { secret, counters } = state;
  const first = typedCode(answers[0]);
  const second = typedCode(answers[1]);
  if (first === undefined || !isNumericCode(first, secret.digits)) return { accepted: false, reason: 'malformed' };
  if (second === undefined || !isNumericCode(second, secret.digits)) return { accepted: false, reason: 'malformed' };

  const found = findHotpPair({
    ...codeOptions(secret),
    codes: [first, second],
    counter: counters.next,
    lookAhead: ctx.config.resyncWindow,
  });
  return found === undefined ? { accepted: false, reason: 'wrong' } : acceptCounter(state, found, ctx);
}

/** The last safe integer is refused: the counter after it could not be stored, and the code would stay good (INP-16). */
function acceptCounter({ secret }: HotpState, found: number, ctx: KindContext<HotpConfiguration>): HotpVerdict {
  if (found >= Number.MAX_SAFE_INTEGER) return { accepted: false, reason: 'wrong' };
  return {
    accepted: true,
    next: { secret, counters: { next: found + 1 } },
    method: { name: 'hotp', kind: 'possession', at: ctx.now },
  };
}
