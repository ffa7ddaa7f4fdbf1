import { invalidParameter } from '../core/errors.ts';

/** The hash under the HMAC of a one-time password (RFC 4226 knows SHA-1 only; RFC 6238 §1.2 adds the others). */
export type OtpAlgorithm = 'SHA1' | 'SHA256' | 'SHA512';

/** All algorithms, the default of RFC 4226 first. */
export const otpAlgorithms: readonly OtpAlgorithm[] = ['SHA1', 'SHA256', 'SHA512'];

/** RFC 4226 R4 asks for at least 6 digits; 31 truncated bits fill no more than 10. */
export const otpDigits = { min: 6, max: 10, default: 6 } as const;

/** Refuses a number that is not a whole one in `[min, max]`. */
export function checkInteger(path: string, value: number, min: number, max: number = Number.MAX_SAFE_INTEGER): void {
  if (!Number.isSafeInteger(value) || value < min || value > max)
    throw invalidParameter(path, `must be a whole number from ${min} to ${max}`);
}
