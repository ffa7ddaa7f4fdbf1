import { parsePhoneNumberFromString, type CountryCode } from 'libphonenumber-js/max';
import { invalidParameter } from './errors.ts';

/** A telephone number that exists in the numbering plan of its country. */
export interface PhoneNumber {
  /** In the form of E.164: `+`, country code, subscriber number. */
  number: string;
  /** Two capital letters (ISO 3166-1). */
  country: string;
  /** What the numbering plan says that it is; undefined where it does not say. */
  type: PhoneNumberType | undefined;
}

export type PhoneNumberType = 'mobile' | 'fixed' | 'fixed or mobile' | 'internet' | 'other';

export interface PhoneNumberOptions {
  /** The country of numbers that are written without one (ISO 3166-1). Left out: such numbers are refused. */
  defaultCountry?: string | undefined;
  /** The name of the parameter, for the refusal. */
  path?: string;
}

/** Longer than any number with all the blanks and brackets that people put in. */
const maxLength = 40;

/** Digits of any script and what people put between them. Letters, `;ext=` and control characters are not among it. */
const spelling = /^\+?[\p{Nd} ()/.\-‐-―]+$/u;

/** ITU-T E.164 §6. Numbering plans have a few longer ones, which no network has to carry. */
const e164 = /^\+[1-9]\d{3,14}$/;

/** Numbers whose caller pays the one who is called (SMS-02). */
const paidTypes: readonly string[] = ['PREMIUM_RATE', 'SHARED_COST'];

const types: Readonly<Record<string, PhoneNumberType>> = {
  MOBILE: 'mobile',
  FIXED_LINE: 'fixed',
  FIXED_LINE_OR_MOBILE: 'fixed or mobile',
  VOIP: 'internet',
};

/**
 * Reads a telephone number in any usual spelling. Refused are numbers that nobody can have, numbers of premium rate or shared cost, and
 * numbers of no country (satellites, international premium services): one call there pays whoever owns them (SMS-02).
 *
 * @throws CountersignError `invalid_parameters`
 */
export function phoneNumber(text: string, { defaultCountry, path = 'number' }: PhoneNumberOptions = {}): PhoneNumber {
  const advice = 'Must be a telephone number with its country code, like +4930901820.';
  // Full-width signs and blanks of every width become plain ones.
  const plain = text.slice(0, maxLength + 1).normalize('NFKC');
  if (text.length > maxLength || !spelling.test(plain)) throw invalidParameter(path, advice);
  const parsed = parsePhoneNumberFromString(plain, {
    ...(isCountry(defaultCountry) && { defaultCountry }),
    extract: false,
  });
  if (parsed === undefined || !parsed.isValid() || !e164.test(parsed.number)) throw invalidParameter(path, advice);
  const type = parsed.getType();
  if (parsed.country === undefined || (type !== undefined && paidTypes.includes(type)))
    throw invalidParameter(path, 'Must not be a number of a special rate or of no country.');
  return {
    number: parsed.number,
    country: parsed.country,
    type: type === undefined ? undefined : (types[type] ?? 'other'),
  };
}

/**
 * A number that is in the form of E.164 already: `+`, country code, subscriber number, at most 15 digits (ITU-T E.164 §6).
 *
 * @throws CountersignError `invalid_parameters`
 */
export function e164Number(text: string, path = 'number'): string {
  if (!e164.test(text)) throw invalidParameter(path, 'Must be a number like +4930901820.');
  return text;
}

/** A number (E.164) without its last three digits: numbers that are rented together share it. */
export function numberPrefix(number: string): string {
  return number.slice(0, -3);
}

/** The country of a number (E.164); undefined where the numbering plans know none for it any more. */
export function countryOfNumber(number: string): string | undefined {
  return parsePhoneNumberFromString(number)?.country;
}

/** What {@link PhoneNumberOptions.defaultCountry} may be has been checked where it was configured. */
function isCountry(text: string | undefined): text is CountryCode {
  return text !== undefined && /^[A-Z]{2}$/.test(text);
}
