import { createHmac, timingSafeEqual } from 'node:crypto';

/** What a validation server can say (Yubico OTP Validation Protocol 2.0, "Status codes"). */
export const yubicoStatuses = [
  'OK',
  'BAD_OTP',
  'REPLAYED_OTP',
  'BAD_SIGNATURE',
  'MISSING_PARAMETER',
  'NO_SUCH_CLIENT',
  'OPERATION_NOT_ALLOWED',
  'BACKEND_ERROR',
  'NOT_ENOUGH_ANSWERS',
  'REPLAYED_REQUEST',
] as const;

export type YubicoStatus = (typeof yubicoStatuses)[number];

/** The longest nonce of the protocol; the shortest has 16 letters or digits. */
export const maxYubicoNonce = 40;

type Parameters = Readonly<Record<string, string>>;

/** An answer of a validation server: its status, and everything that it said, signature included. */
export interface YubicoResponse {
  status: YubicoStatus;
  parameters: Parameters;
}

/**
 * The signature of a request or an answer: HMAC-SHA-1 in base64 over `name=value` of all parameters but `h`, in the order of their names,
 * joined by `&`, nothing encoded (protocol 2.0, "Generating signatures").
 *
 * @param key the API key of the client, decoded
 */
export function signYubico(parameters: Parameters, key: Uint8Array): string {
  const line = Object.keys(parameters)
    .filter((name) => name !== 'h')
    .toSorted()
    .map((name) => `${name}=${parameters[name] ?? ''}`)
    .join('&');
  return createHmac('sha1', key).update(line).digest('base64');
}

/** Whether `parameters.h` signs the rest. Constant time. A `+` that came out of a query as a blank is one. */
export function yubicoSignatureMatches(parameters: Parameters, key: Uint8Array): boolean {
  const given = Buffer.from((parameters['h'] ?? '').replaceAll(' ', '+'));
  const right = Buffer.from(signYubico(parameters, key));
  return given.length === right.length && timingSafeEqual(given, right);
}

/** A time as the protocol writes it: ISO 8601 in UTC to the second, and milliseconds as four digits behind the `Z`. */
export function yubicoTime(time: number): string {
  const [seconds = '', milliseconds = ''] = new Date(time).toISOString().split('.');
  return `${seconds}Z0${milliseconds.slice(0, 3)}`;
}

/** The time that {@link yubicoTime} has written, in milliseconds; undefined for everything else. */
export function readYubicoTime(text: string): number | undefined {
  const [, seconds, milliseconds] = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)Z0?(\d{3})?$/.exec(text) ?? [];
  const time = seconds === undefined ? Number.NaN : Date.parse(`${seconds}.${milliseconds ?? '000'}Z`);
  return Number.isNaN(time) ? undefined : time;
}

/** An answer as it is sent: a line for each parameter, ended by CR LF, the signature first; none without a key. */
export function formatYubicoResponse(parameters: Parameters, key: Uint8Array | undefined): string {
  const signed = key === undefined ? parameters : { h: signYubico(parameters, key), ...parameters };
  return `${Object.entries(signed)
    .map(([name, value]) => `${name}=${value}\r\n`)
    .join('')}\r\n`;
}

/** Reads an answer; its signature is not looked at. Undefined: it is none, or says something twice. */
export function parseYubicoResponse(text: string): YubicoResponse | undefined {
  const parameters: Record<string, string> = Object.create(null) as Record<string, string>;
  for (const line of text.split(/\r?\n/)) {
    if (line.trim() === '') continue;
    const [, name, value] = /^([a-z]+)=(.*)$/.exec(line.trim()) ?? [];
    if (name === undefined || value === undefined || name in parameters) return undefined;
    parameters[name] = value;
  }
  const status = yubicoStatuses.find((known) => known === parameters['status']);
  return status && { status, parameters };
}
