import type { Answer, Examination } from '../device-kind.ts';
import type { JsonObject } from '../../core/model.ts';
import { typedOtp } from './typed-otp.ts';
import type { YubikeyCounters, YubikeySecret, YubikeyUse } from './state.ts';

/**
 * What validation servers say of an OTP. `unavailable`: none of them has given an answer that can be trusted; `detail` tells an operator
 * why, and holds no secret.
 */
export type YubikeyValidation =
  | { status: 'valid'; use?: YubikeyUse }
  | { status: 'invalid' | 'replayed' }
  | { status: 'unavailable'; detail: string };

/** Asks validation servers about an OTP in modhex. It does not reject: whatever goes wrong is `unavailable`. */
export type ValidateYubikey = (otp: string) => Promise<YubikeyValidation>;

/** Has an OTP validated by a server, where the key is one that only a server can validate, and says which key has made it. */
export async function examineYubikey(
  validate: ValidateYubikey | undefined,
  { state: { secret } }: Examination<YubikeySecret, YubikeyCounters>,
  answer: Answer,
): Promise<JsonObject | undefined> {
  const typed = typedOtp(answer);
  if (typed === undefined || secret.aesKey !== undefined) return undefined;
  // The OTP of another key is not spent for this one.
  if (secret.publicId !== undefined && secret.publicId !== typed.publicId) return undefined;
  if (validate === undefined) return { status: 'unavailable', detail: 'no validation server is configured (yubico)' };
  const validation = await validate(typed.otp).catch(() => ({ status: 'unavailable', detail: 'the check failed' }));
  return { ...validation };
}
