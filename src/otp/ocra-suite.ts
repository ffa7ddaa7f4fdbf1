import { invalidParameter } from '../core/errors.ts';
import { type OtpAlgorithm, otpAlgorithms } from './algorithm.ts';

/** How an OCRA suite says that a response is computed (RFC 6287 §6). */
export interface OcraSuite {
  /** The suite as it was written: it is part of what is hashed. */
  text: string;
  algorithm: OtpAlgorithm;
  /** Length of the response, 4 to 10. */
  digits: number;
  /** Whether a counter goes in (`C`). */
  counter: boolean;
  /** The challenge: decimal, alphanumeric or hexadecimal, and how long one party's may be (4 to 64). */
  question: { format: 'N' | 'A' | 'H'; maxLength: number };
  /** The hash of the PIN (`P`), if one goes in. */
  pin?: OtpAlgorithm;
  /** Bytes of session information (`S`), if it goes in: 1 to 512. */
  session?: number;
  /** Seconds per time step (`T`), if the time goes in. */
  period?: number;
}

/** `OCRA-1:HOTP-SHA1-6:C-QN08-PSHA1-S064-T1M`, everything in the last part but Q being optional, in this order. */
const syntax =
  /^OCRA-1:HOTP-(SHA(?:1|256|512))-(\d{1,2}):(C-)?Q([NAH])(\d\d)(?:-P(SHA(?:1|256|512)))?(?:-S(\d{3}))?(?:-T(\d{1,2})([SMH]))?$/;

const units = {
  S: { seconds: 1, max: 59 },
  M: { seconds: 60, max: 59 },
  H: { seconds: 3600, max: 48 },
} as const;

/**
 * Reads an OCRA suite (RFC 6287 §6). A response without truncation (`HOTP-SHA1-0`) is not supported: the RFC does not say
 * how it is written.
 *
 * @throws CountersignError `invalid_parameters`
 */
export function parseOcraSuite(text: string): OcraSuite {
  const match = syntax.exec(text);
  if (match === null) throw refusal('is not an OCRA-1 suite');
  const [, hash, digits, counter, format, length, pin, session, step, unit] = match;

  const suite: OcraSuite = {
    text,
    algorithm: readAlgorithm(hash),
    digits: readNumber('the length of the response', digits, 4, 10),
    counter: counter !== undefined,
    question: {
      format: format === 'N' || format === 'A' ? format : 'H',
      maxLength: readNumber('the length of the question', length, 4, 64),
    },
  };
  if (pin !== undefined) suite.pin = readAlgorithm(pin);
  if (session !== undefined) suite.session = readNumber('the length of the session information', session, 1, 512);
  if (unit === 'S' || unit === 'M' || unit === 'H')
    suite.period = readNumber('the time step', step, 1, units[unit].max) * units[unit].seconds;
  return suite;
}

function readAlgorithm(text: string | undefined): OtpAlgorithm {
  const algorithm = otpAlgorithms.find((name) => name === text);
  if (algorithm === undefined) throw refusal('names an unknown hash');
  return algorithm;
}

function readNumber(what: string, text: string | undefined, min: number, max: number): number {
  const value = Number(text);
  if (!(value >= min && value <= max)) throw refusal(`${what} must be from ${min} to ${max}`);
  return value;
}

function refusal(message: string) {
  return invalidParameter('suite', message);
}
