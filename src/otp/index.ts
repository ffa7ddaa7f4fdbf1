/** One-time passwords as pure functions: no clock, no randomness, no I/O. The public subpath `countersign/otp`. */
export { type OtpAlgorithm, otpAlgorithms } from './algorithm.ts';
export { decodeBase32, encodeBase32 } from './base32.ts';
export type { CodeOptions } from './code-generator.ts';
export {
  findHotpCounter,
  type FindHotpCounterOptions,
  findHotpPair,
  type FindHotpPairOptions,
} from './find-hotp-counter.ts';
export { findTotpStep, type FindTotpStepOptions } from './find-totp-step.ts';
export { hotp, type HotpOptions } from './hotp.ts';
export { toModhex } from './modhex-layouts.ts';
export { decodeModhex, encodeModhex, isModhex } from './modhex.ts';
export { isNumericCode, normalizeCode } from './normalize-code.ts';
export { type OcraSuite, parseOcraSuite } from './ocra-suite.ts';
export { ocra, type OcraOptions } from './ocra.ts';
export type { HotpKey, OtpauthKey, TotpKey } from './otpauth-key.ts';
export { decodeOtpauthMigration, type OtpauthMigration } from './otpauth-migration.ts';
export { formatOtpauthUri, type FormatOtpauthUriOptions, parseOtpauthUri } from './otpauth-uri.ts';
export { qrPng, qrSvg, qrText, type QrOptions } from './qr.ts';
export { totp, type TotpOptions, totpStep } from './totp.ts';
export {
  formatYubicoResponse,
  maxYubicoNonce,
  parseYubicoResponse,
  readYubicoTime,
  signYubico,
  type YubicoResponse,
  type YubicoStatus,
  yubicoSignatureMatches,
  yubicoStatuses,
  yubicoTime,
} from './yubico-validation-protocol.ts';
export { decodeYubikeyOtp, encodeYubikeyOtp, splitYubikeyOtp, yubikeyCrc16, type YubikeyOtp } from './yubikey-otp.ts';
