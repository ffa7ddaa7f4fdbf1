import { CountersignError } from '../../core/errors.ts';
import type { JsonObject } from '../../core/model.ts';
import type { KindContext, Verdict } from '../device-kind.ts';
import { acceptYubikey } from './accept-yubikey.ts';
import type { YubikeyConfiguration } from './configuration.ts';
import { isLater, type RemoteYubikey, type YubikeyCounters, type YubikeySecret, type YubikeyUse } from './state.ts';
import type { TypedOtp } from './typed-otp.ts';
import type { YubikeyValidation } from './validate-yubikey.ts';

/**
 * Judges an OTP by what validation servers have said of it. They are not believed that it is new: it must not be the last one, and where
 * they tell the counters, these must lie strictly above the last accepted ones.
 *
 * @throws CountersignError `unavailable` when no server has given an answer: a refusal, and no guess
 */
export function judgeRemotely(
  secret: RemoteYubikey,
  counters: YubikeyCounters,
  { otp, publicId }: TypedOtp,
  examined: JsonObject | undefined,
  ctx: KindContext<YubikeyConfiguration>,
): Verdict<YubikeySecret, YubikeyCounters> {
  if (secret.publicId !== undefined && secret.publicId !== publicId) return { accepted: false, reason: 'wrong' };
  // Written by examineYubikey; it came through the engine as JSON.
  const validation = examined as YubikeyValidation | undefined;
  if (validation === undefined || validation.status === 'unavailable') {
    const detail = `a YubiKey could not be validated: ${validation?.detail ?? 'nobody was asked'}`;
    throw new CountersignError('unavailable', { detail });
  }
  if (validation.status !== 'valid')
    return { accepted: false, reason: validation.status === 'replayed' ? 'replayed' : 'wrong' };
  const { lastOtp } = counters;
  if (lastOtp !== undefined && ctx.hashMatches(otp, lastOtp)) return { accepted: false, reason: 'replayed' };
  if (validation.use !== undefined && !isLater(validation.use, counters))
    return { accepted: false, reason: 'replayed' };
  const use: Partial<YubikeyUse> = validation.use ?? counters;
  return acceptYubikey({ publicId }, { ...countersOf(use), lastOtp: ctx.hash(otp) }, ctx);
}

function countersOf({ usageCounter, sessionUse, timestamp }: Partial<YubikeyUse>): YubikeyCounters {
  return {
    ...(usageCounter === undefined ? {} : { usageCounter }),
    ...(sessionUse === undefined ? {} : { sessionUse }),
    ...(timestamp === undefined ? {} : { timestamp }),
  };
}
