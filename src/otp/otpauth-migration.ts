import { CountersignError, invalidParameter } from '../core/errors.ts';
import { checkOtpauthKey, type OtpauthKey } from './otpauth-key.ts';
import { type ProtobufFields, readProtobuf } from './protobuf.ts';

/** One QR code of an authenticator app's export. */
export interface OtpauthMigration {
  keys: OtpauthKey[];
  /** An export of many keys is several codes: this is number `index` (from 0) of `size` with one `id`. */
  batch: { version: number; size: number; index: number; id: number };
}

/** A QR code holds fewer than 3000 bytes; nothing longer is even decoded. */
const maxLength = 8192;

/**
 * Reads an `otpauth-migration:` URI, the export of Google Authenticator: a protobuf message in base64.
 *
 * Nothing is guessed: an entry without type, digits or algorithm, one with MD5, and one that breaks the limits of
 * `parseOtpauthUri` refuse the whole export. Codes change every 30 seconds; the format cannot say otherwise.
 *
 * @throws CountersignError `invalid_parameters`; the message never repeats the URI, which holds the secrets
 */
export function decodeOtpauthMigration(uri: string): OtpauthMigration {
  if (uri.length > maxLength) throw refusal('is too long');
  const match = /^otpauth-migration:\/\/offline\?data=([A-Za-z0-9+/=%]+)$/i.exec(uri);
  if (match === null) throw refusal('is not an otpauth-migration URI');

  const payload = readMessage(decodeBase64(match[1] ?? ''));
  const entries = payload.get(1) ?? [];
  if (entries.length === 0) throw refusal('holds no keys');
  return {
    keys: entries.map((entry, index) => readKey(entry, index)),
    batch: {
      version: readInt32(payload, 2),
      size: readInt32(payload, 3),
      index: readInt32(payload, 4),
      id: readInt32(payload, 5),
    },
  };
}

/** OtpParameters of the export's schema. Numbers that are absent are 0, as proto3 has it. */
function readKey(entry: bigint | Uint8Array, index: number): OtpauthKey {
  const fields = readMessage(entry);
  const issuer = readText(fields, 3).trim();
  const name = readText(fields, 2).trim();
  const algorithm = ([undefined, 'SHA1', 'SHA256', 'SHA512'] as const)[readInt32(fields, 4)];
  const digits = [undefined, 6, 8][readInt32(fields, 5)];
  const type = ([undefined, 'hotp', 'totp'] as const)[readInt32(fields, 6)];
  if (algorithm === undefined) throw refusal(`names an algorithm that is not supported in key ${index}`);
  if (digits === undefined) throw refusal(`does not say how many digits key ${index} has`);
  if (type === undefined) throw refusal(`does not say what type key ${index} has`);

  const common = {
    // A copy, so that the caller does not hold on to the whole export.
    secret: new Uint8Array(readBytes(fields, 1)),
    issuer,
    account: issuer !== '' && name.startsWith(`${issuer}:`) ? name.slice(issuer.length + 1).trim() : name,
    algorithm,
    digits,
  };
  return checkOtpauthKey(
    type === 'totp'
      ? { type, ...common, period: 30 }
      : { type, ...common, counter: Number(BigInt.asIntN(64, readNumber(fields, 7))) },
  );
}

function decodeBase64(text: string): Uint8Array {
  let base64: string;
  try {
    base64 = decodeURIComponent(text);
  } catch {
    throw refusal('is not well-formed percent-encoding');
  }
  const bytes = Buffer.from(base64, 'base64');
  // Buffer passes over what is not base64; then the text does not come back.
  if (bytes.length === 0 || bytes.toString('base64').replace(/=+$/, '') !== base64.replace(/=+$/, ''))
    throw refusal('does not hold base64');
  return bytes;
}

function readMessage(bytes: bigint | Uint8Array): ProtobufFields {
  const fields = typeof bytes === 'bigint' ? undefined : readProtobuf(bytes);
  if (fields === undefined) throw refusal('holds a malformed or truncated message');
  return fields;
}

/** The only value of a field, or undefined: which of two counts differs between readers, so neither does. */
function readSingle(fields: ProtobufFields, number: number): bigint | Uint8Array | undefined {
  const values = fields.get(number) ?? [];
  if (values.length > 1) throw refusal('gives a field twice');
  return values[0];
}

function readNumber(fields: ProtobufFields, number: number): bigint {
  const value = readSingle(fields, number) ?? 0n;
  if (typeof value !== 'bigint') throw refusal('has a field of the wrong type');
  return value;
}

function readInt32(fields: ProtobufFields, number: number): number {
  return Number(BigInt.asIntN(32, readNumber(fields, number)));
}

function readBytes(fields: ProtobufFields, number: number): Uint8Array {
  const value = readSingle(fields, number) ?? new Uint8Array(0);
  if (typeof value === 'bigint') throw refusal('has a field of the wrong type');
  return value;
}

function readText(fields: ProtobufFields, number: number): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(readBytes(fields, number));
  } catch (error) {
    if (error instanceof CountersignError) throw error;
    throw refusal('holds a name that is not UTF-8');
  }
}

function refusal(message: string): CountersignError {
  return invalidParameter('uri', message);
}
