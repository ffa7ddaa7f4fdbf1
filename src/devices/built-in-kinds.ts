import type { DeviceKind } from './device-kind.ts';
import { email } from './email/email.ts';
import { hotp } from './hotp/hotp.ts';
import { push } from './push/push.ts';
import { recoveryCodes } from './recovery-codes/recovery-codes.ts';
import { sms } from './sms/sms.ts';
import { totp } from './totp/totp.ts';

/** Every kind of this package, in the order in which they are offered. */
export function builtInKinds(): DeviceKind[] {
  return [totp(), hotp(), email(), sms(), push(), recoveryCodes()];
}
