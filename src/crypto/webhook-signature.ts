import { createHmac } from 'node:crypto';
import { systemClock } from '../core/clock.ts';
import { equalText } from './constant-time.ts';

/**
 * The value of `Countersign-Signature`: `t=<seconds since the epoch>,v1=<hex>`, where `v1` is the HMAC-SHA-256 of `<t>.<body>` under a
 * secret. While a secret is rotated there is a `v1` for each.
 *
 * @param now milliseconds since the Unix epoch
 */
export function signWebhook(secrets: readonly string[], body: string, now: number): string {
  const seconds = String(Math.floor(now / 1000));
  return [`t=${seconds}`, ...secrets.map((secret) => `v1=${signatureOf(secret, seconds, body)}`)].join(',');
}

export interface ReceivedWebhook {
  /** The value of the header field `Countersign-Signature`. */
  signature: string | null | undefined;
  /** The body exactly as it came, before it is parsed. */
  body: string;
  /** The secret of the webhook; the old and the new one while it is rotated. */
  secret: string | readonly string[];
  /** How old it may be, and how far ahead its clock, in seconds. Default: 300. */
  toleranceSeconds?: number;
  /** Milliseconds since the Unix epoch. Default: this machine's clock. */
  now?: number;
}

/**
 * Whether a webhook was sent by Countersign, unchanged and just now: for its receiver. A webhook may come twice; `Countersign-Id` tells.
 * Compares in constant time.
 */
export function verifyWebhook(received: ReceivedWebhook): boolean {
  const { signature, body, secret, toleranceSeconds = 300, now = systemClock.now() } = received;
  const fields = (signature ?? '').slice(0, 1000).split(',');
  const of = (name: string) =>
    fields.filter((field) => field.startsWith(`${name}=`)).map((field) => field.slice(name.length + 1));
  const [seconds, ...more] = of('t');
  if (seconds === undefined || more.length > 0 || !/^\d{1,12}$/.test(seconds)) return false;
  if (Math.abs(Math.floor(now / 1000) - Number(seconds)) > toleranceSeconds) return false;
  const secrets = typeof secret === 'string' ? [secret] : secret;
  const given = of('v1');
  return secrets.some((secret) => {
    if (secret === '') return false;
    const expected = signatureOf(secret, seconds, body);
    return given.some((one) => equalText(one, expected));
  });
}

function signatureOf(secret: string, seconds: string, body: string): string {
  return createHmac('sha256', secret).update(`${seconds}.${body}`).digest('hex');
}
