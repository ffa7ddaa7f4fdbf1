import { invalidParameter } from '../core/errors.ts';
import { checkInteger, type OtpAlgorithm, otpDigits } from './algorithm.ts';

/** One key as an authenticator app holds it: what an `otpauth:` URI and an app's export carry. */
export type OtpauthKey = TotpKey | HotpKey;

export interface TotpKey extends KeyFields {
  type: 'totp';
  /** Seconds per step. */
  period: number;
}

export interface HotpKey extends KeyFields {
  type: 'hotp';
  /** The next counter. */
  counter: number;
}

interface KeyFields {
  secret: Uint8Array;
  /** Who issued the key; may be empty. */
  issuer: string;
  /** Whose key it is; may be empty. */
  account: string;
  algorithm: OtpAlgorithm;
  digits: number;
}

/** SP 800-63B asks for a nonce that changes at least every 2 minutes. */
const usualPeriods = { min: 15, max: 120 };

/** What older APIs hand out; such a key can be written for an app and is still refused when it comes from outside. */
export const anyPeriods = { min: 1, max: 3600 };

/**
 * What a key must satisfy to be written or taken: 10 bytes or more (80 bits, the shortest secrets in use), 6 to 10
 * digits, a period of 15 to 120 seconds unless `periods` says otherwise, names of well-formed text without control
 * characters.
 *
 * @throws CountersignError `invalid_parameters`
 */
export function checkOtpauthKey<Key extends OtpauthKey>(key: Key, periods = usualPeriods): Key {
  if (key.secret.length < 10) throw invalidParameter('secret', 'is shorter than 10 bytes');
  if (key.secret.length > 256) throw invalidParameter('secret', 'is longer than 256 bytes');
  checkInteger('digits', key.digits, otpDigits.min, otpDigits.max);
  if (key.type === 'totp') checkInteger('period', key.period, periods.min, periods.max);
  else checkInteger('counter', key.counter, 0);
  checkName('issuer', key.issuer);
  checkName('account', key.account);
  return key;
}

function checkName(path: string, name: string): void {
  if (name.length > 256) throw invalidParameter(path, 'is longer than 256 characters');
  if (/[\p{Cc}\p{Cs}]/u.test(name)) throw invalidParameter(path, 'holds a control character or half a character');
}
