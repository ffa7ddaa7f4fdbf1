import type { KindContext, Verdict } from '../device-kind.ts';
import type { YubikeyConfiguration } from './configuration.ts';
import type { YubikeyCounters, YubikeySecret } from './state.ts';

/** The verdict on an OTP that is right and was never seen. */
export function acceptYubikey(
  secret: YubikeySecret,
  counters: YubikeyCounters,
  ctx: KindContext<YubikeyConfiguration>,
): Verdict<YubikeySecret, YubikeyCounters> {
  const method = { name: 'yubikey', kind: 'possession', at: ctx.now } as const;
  return { accepted: true, next: { secret, counters }, method };
}
