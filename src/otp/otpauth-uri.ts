import { invalidParameter } from '../core/errors.ts';
import { checkInteger, type OtpAlgorithm, otpAlgorithms, otpDigits } from './algorithm.ts';
import { decodeBase32, encodeBase32 } from './base32.ts';
import { anyPeriods, checkOtpauthKey, type OtpauthKey } from './otpauth-key.ts';

export type FormatOtpauthUriOptions = {
  secret: Uint8Array;
  /** Default: none. Blanks around it are dropped. */
  issuer?: string | undefined;
  /** Blanks around it are dropped. */
  account: string;
  /** Default `SHA1`. */
  algorithm?: OtpAlgorithm | undefined;
  /** Default 6. */
  digits?: number | undefined;
  /** Write every parameter, also where its value is the default, in a fixed order. Default false. */
  includeDefaults?: boolean | undefined;
} & (
  | {
      type: 'totp';
      /** Seconds per step. Default 30. */
      period?: number | undefined;
      /** Writes a period of 1 to 3600 seconds too, not only of 15 to 120: for keys of older APIs. Default false. */
      anyPeriod?: boolean | undefined;
    }
  | { type: 'hotp'; counter: number }
);

/**
 * The `otpauth:` URI that authenticator apps scan (Key Uri Format). The label is `issuer:account`, each
 * percent-encoded; a blank is `%20`, never `+`, because apps show the plus sign.
 *
 * @throws CountersignError `invalid_parameters` for everything that {@link parseOtpauthUri} would refuse, but for `anyPeriod`
 */
export function formatOtpauthUri(options: FormatOtpauthUriOptions): string {
  const { secret, algorithm = 'SHA1', digits = otpDigits.default, includeDefaults = false } = options;
  const fields = { secret, algorithm, digits, issuer: options.issuer?.trim() ?? '', account: options.account.trim() };
  const key: OtpauthKey = checkOtpauthKey(
    options.type === 'totp'
      ? { ...fields, type: 'totp', period: options.period ?? 30 }
      : { ...fields, type: 'hotp', counter: options.counter },
    options.type === 'totp' && options.anyPeriod === true ? anyPeriods : undefined,
  );
  if (!otpAlgorithms.includes(algorithm)) throw invalidParameter('algorithm', 'must be SHA1, SHA256 or SHA512');

  const issuer = encodeURIComponent(key.issuer);
  const account = encodeURIComponent(key.account);
  const written = {
    secret: `secret=${encodeBase32(secret)}`,
    issuer: `issuer=${issuer}`,
    algorithm: `algorithm=${algorithm}`,
    digits: `digits=${digits}`,
    factor: key.type === 'totp' ? `period=${key.period}` : `counter=${key.counter}`,
  };
  const parameters = includeDefaults
    ? [written.digits, written.secret, written.algorithm, written.issuer, written.factor]
    : [
        written.secret,
        ...(issuer === '' ? [] : [written.issuer]),
        ...(algorithm === 'SHA1' ? [] : [written.algorithm]),
        ...(digits === otpDigits.default ? [] : [written.digits]),
        ...(key.type === 'totp' && key.period === 30 ? [] : [written.factor]),
      ];
  return `otpauth://${key.type}/${issuer === '' ? '' : `${issuer}:`}${account}?${parameters.join('&')}`;
}

/** No well-formed URI is longer: two issuers and an account of 256 characters, 9 characters each, and the rest. */
const maxLength = 8192;

/**
 * Reads an `otpauth:` URI, strictly: what an app could take for another key than we would is refused. That is a
 * parameter given twice, an issuer that differs from the label's prefix, an HOTP key without a counter, and every value
 * outside the limits of `checkOtpauthKey`. Unknown parameters (`image`, `color`) are passed over.
 *
 * @throws CountersignError `invalid_parameters`; the message never repeats the URI, which holds the secret
 */
export function parseOtpauthUri(uri: string): OtpauthKey {
  if (uri.length > maxLength) throw invalidParameter('uri', 'is too long');
  const match = /^otpauth:\/\/(totp|hotp)\/([^?#]*)\?([^#]*)$/i.exec(uri);
  if (match === null) throw invalidParameter('uri', 'is not an otpauth URI of type totp or hotp');
  const [, type = '', label = '', query = ''] = match;

  const parameters = readParameters(query);
  const fields = {
    secret: decodeBase32(decodePercent('secret', parameters.get('secret') ?? '')),
    ...readNames(label, parameters.get('issuer')),
    algorithm: readAlgorithm(parameters.get('algorithm')),
    digits: readInteger('digits', parameters.get('digits') ?? String(otpDigits.default)),
  };
  return checkOtpauthKey(
    type.toLowerCase() === 'totp'
      ? { type: 'totp', ...fields, period: readInteger('period', parameters.get('period') ?? '30') }
      : { type: 'hotp', ...fields, counter: readInteger('counter', parameters.get('counter') ?? '') },
  );
}

/** The parameters, still encoded. Which of two equal names counts differs between apps, so there is no such URI. */
function readParameters(query: string): Map<string, string> {
  const parameters = new Map<string, string>();
  for (const pair of query.split('&')) {
    const end = pair.includes('=') ? pair.indexOf('=') : pair.length;
    const name = decodePercent('uri', pair.slice(0, end));
    if (parameters.has(name)) throw invalidParameter('uri', 'gives a parameter twice');
    parameters.set(name, pair.slice(end + 1));
  }
  return parameters;
}

/** Parts the label at a literal colon or, where the issuer parameter confirms it, at an encoded one. */
function readNames(label: string, issuerParameter: string | undefined): { issuer: string; account: string } {
  const colon = label.indexOf(':');
  // Some writers encode a blank of the query as '+', some leave '+' as it is; the label decides between the two.
  const readings =
    issuerParameter === undefined
      ? []
      : [issuerParameter.replaceAll('+', '%20'), issuerParameter].map((text) => decodePercent('issuer', text).trim());

  if (colon >= 0) {
    const issuer = decodePercent('uri', label.slice(0, colon)).trim();
    const account = decodePercent('uri', label.slice(colon + 1)).trim();
    if (readings.length > 0 && !readings.includes(issuer)) throw differingIssuer();
    return { issuer, account };
  }
  const account = decodePercent('uri', label).trim();
  if (!account.includes(':') || readings.every((issuer) => issuer === ''))
    return { issuer: readings[0] ?? '', account };
  const issuer = readings.find((reading) => account.startsWith(`${reading}:`));
  if (issuer === undefined) throw differingIssuer();
  return { issuer, account: account.slice(issuer.length + 1).trim() };
}

function differingIssuer() {
  return invalidParameter('issuer', 'differs from the prefix of the label');
}

function readAlgorithm(text = 'SHA1'): OtpAlgorithm {
  const algorithm = otpAlgorithms.find((name) => name.toLowerCase() === text.toLowerCase());
  if (algorithm === undefined) throw invalidParameter('algorithm', 'must be SHA1, SHA256 or SHA512');
  return algorithm;
}

function readInteger(path: string, text: string): number {
  if (!/^(0|[1-9][0-9]*)$/.test(text)) throw invalidParameter(path, 'is missing or not a whole number');
  const value = Number(text);
  checkInteger(path, value, 0);
  return value;
}

function decodePercent(path: string, text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw invalidParameter(path, 'is not well-formed percent-encoding of UTF-8');
  }
}
