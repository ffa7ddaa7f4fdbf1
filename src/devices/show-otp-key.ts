import type { JsonObject } from '../core/model.ts';
import { encodeBase32, qrPng } from '../otp/index.ts';
import { codeOptions, type OtpKey } from './otp-key.ts';

/** What the owner of a key needs once: the URI to scan, its picture when asked for, and what he would type instead. */
export function showOtpKey(key: OtpKey, uri: string, issuer: string, qr: boolean): JsonObject {
  return {
    uri,
    secret: encodeBase32(codeOptions(key).secret),
    issuer,
    algorithm: key.algorithm,
    digits: key.digits,
    ...(qr ? { qr: Buffer.from(qrPng(uri)).toString('base64') } : {}),
  };
}
