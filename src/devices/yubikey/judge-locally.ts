import { equalText } from '../../crypto/index.ts';
import { decodeYubikeyOtp } from '../../otp/index.ts';
import type { KindContext, Verdict } from '../device-kind.ts';
import type { YubikeyConfiguration } from './configuration.ts';
import { acceptYubikey } from './accept-yubikey.ts';
import { isLater, type LocalYubikey, type YubikeyCounters, type YubikeySecret } from './state.ts';
import type { TypedOtp } from './typed-otp.ts';

/**
 * Judges an OTP by the key's own secrets: public id, checksum, private id, and counters that lie strictly above the last accepted ones.
 * What is wrong with it, only the audit trail knows.
 */
export function judgeLocally(
  secret: LocalYubikey,
  counters: YubikeyCounters,
  { otp, publicId }: TypedOtp,
  ctx: KindContext<YubikeyConfiguration>,
): Verdict<YubikeySecret, YubikeyCounters> {
  const decoded = decodeYubikeyOtp(otp, Buffer.from(secret.aesKey, 'hex'));
  const privateId = Buffer.from(decoded?.privateId ?? []).toString('hex');
  if (decoded === undefined || publicId !== secret.publicId || !equalText(privateId, secret.privateId))
    return { accepted: false, reason: 'wrong' };
  if (!isLater(decoded, counters)) return { accepted: false, reason: 'replayed' };
  const { usageCounter, sessionUse, timestamp } = decoded;
  return acceptYubikey(secret, { usageCounter, sessionUse, timestamp }, ctx);
}
