import type { DeviceKind } from './device-kind.ts';
import { email } from './email/email.ts';
import { hotp } from './hotp/hotp.ts';
import { push } from './push/push.ts';
import { recoveryCodes } from './recovery-codes/recovery-codes.ts';
import { sms } from './sms/sms.ts';
import { temporaryAccessPass } from './temporary-access-pass/temporary-access-pass.ts';
import { totp } from './totp/totp.ts';
import { webauthn } from './webauthn/webauthn.ts';
import { yubikey, type YubikeyKindOptions } from './yubikey/yubikey.ts';

/** What kinds ask of the world outside, which they cannot reach themselves. */
export interface BuiltInKindsOptions {
  /** Default: no validation server. */
  yubikey?: YubikeyKindOptions;
}

/** Every kind of this package, in the order in which they are offered. */
export function builtInKinds(options: BuiltInKindsOptions = {}): DeviceKind[] {
  return [
    totp(),
    hotp(),
    webauthn(),
    email(),
    sms(),
    yubikey(options.yubikey),
    push(),
    recoveryCodes(),
    temporaryAccessPass(),
  ];
}
