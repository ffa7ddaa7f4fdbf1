/** The device kinds, and the contract that a kind of your own fulfils. The public subpath `countersign/devices`. */
export {
  type Answer,
  type DeviceKind,
  type DeviceKinds,
  deviceKinds,
  type DeviceState,
  type Examination,
  type Issued,
  type KindContext,
  type KindDevice,
  type Prepared,
  type RefusalReason,
  type Verdict,
} from './device-kind.ts';
export { builtInKinds, type BuiltInKindsOptions } from './built-in-kinds.ts';
export { email } from './email/email.ts';
export { hotp } from './hotp/hotp.ts';
export { push } from './push/push.ts';
export { pushSubscription, type PushSubscription } from './push/subscription.ts';
export { recoveryCodes } from './recovery-codes/recovery-codes.ts';
export { sms } from './sms/sms.ts';
export { temporaryAccessPass } from './temporary-access-pass/temporary-access-pass.ts';
export { totp } from './totp/totp.ts';
export { webauthn } from './webauthn/webauthn.ts';
export { rpIdOf, webauthnConfiguration } from './webauthn/configuration.ts';
export type { ValidateYubikey, YubikeyValidation } from './yubikey/validate-yubikey.ts';
export { yubikey, type YubikeyKindOptions } from './yubikey/yubikey.ts';
