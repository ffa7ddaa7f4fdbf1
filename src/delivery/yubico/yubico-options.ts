import { invalidParameter } from '../../core/errors.ts';

/** Which validation servers are asked about YubiKeys, and as whom. */
export interface YubicoOptions {
  /** The number of the client at these servers. */
  clientId: number;
  /** Its API key, in base64 as the servers tell it. */
  apiKey: string;
  /** All of them are asked at the same time. Default: that of Yubico. */
  urls?: readonly string[];
  /** How long an answer may take, in milliseconds. Default: 5000. */
  timeoutMs?: number;
}

/** The public validation service (YubiCloud). */
export const yubicloudUrl = 'https://api.yubico.com/wsapi/2.0/verify';

/**
 * The API key in bytes: 16 or more, as every server gives out.
 *
 * @throws CountersignError `invalid_parameters` naming `apiKey`
 */
export function decodeApiKey(apiKey: string): Uint8Array {
  const bytes = Buffer.from(apiKey, 'base64');
  if (bytes.toString('base64') !== apiKey) throw invalidParameter('apiKey', 'must be base64, as the server told it');
  if (bytes.length < 16) throw invalidParameter('apiKey', 'must be 16 bytes or more in base64');
  return bytes;
}
