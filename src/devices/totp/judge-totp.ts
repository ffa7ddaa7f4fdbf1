import { findTotpStep, isNumericCode, totpStep } from '../../otp/index.ts';
import type { Answer, KindContext, Verdict } from '../device-kind.ts';
import { codeOptions } from '../otp-key.ts';
import { typedCode } from '../typed-code.ts';
import type { TotpConfiguration } from './configuration.ts';
import { learnDrift } from './learn-drift.ts';
import type { TotpCounters, TotpSecret, TotpState } from './state.ts';

/** Judges a code against the one window of `back + 1 + ahead` steps around the device's clock (RFC 6238 §5.2). */
export function judgeTotp(
  { secret, counters }: TotpState,
  answer: Answer,
  ctx: KindContext<TotpConfiguration>,
): Verdict<TotpSecret, TotpCounters> {
  const { back, ahead, maxDrift, ...config } = ctx.config;
  // A code that we have sent ourselves says how long the message took, and nothing about a clock.
  const learns = config.learnDrift && secret.transport === undefined;
  const code = typedCode(answer);
  if (code === undefined || !isNumericCode(code, secret.digits)) return { accepted: false, reason: 'malformed' };

  const drift = learns ? Math.min(Math.max(counters.drift, -maxDrift), maxDrift) : 0;
  const { period } = secret;
  const window = { ...codeOptions(secret), code, time: ctx.now, period, back, ahead, drift };
  const fence = ctx.fencedAt === undefined ? -1 : totpStep(ctx.fencedAt, period) + drift + ahead;
  const step = findTotpStep({ ...window, after: Math.max(counters.lastStep, fence) });
  // The second search makes 'replayed' and 'wrong' take the same time; only the audit trail tells them apart.
  if (step === undefined) return { accepted: false, reason: findTotpStep(window) === undefined ? 'wrong' : 'replayed' };

  const offset = step - totpStep(ctx.now, period);
  const learnt = learns ? learnDrift({ drift, lean: counters.lean }, offset, maxDrift) : { drift, lean: 0 };
  return {
    accepted: true,
    next: { secret, counters: { lastStep: step, ...learnt } },
    method: { name: 'totp', kind: 'possession', at: ctx.now },
  };
}
