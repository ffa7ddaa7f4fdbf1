import type { Clock } from '../../core/clock.ts';
import { type Random, randomText } from '../../core/random.ts';
import { signYubico } from '../../otp/index.ts';
import type { Outbound } from '../outbound/outbound.ts';
import { type Asked, readValidation, type Validation } from './read-validation.ts';
import { decodeApiKey, yubicloudUrl, type YubicoOptions } from './yubico-options.ts';

export interface YubicoValidationOptions extends YubicoOptions {
  outbound: Outbound;
  clock: Clock;
  random: Random;
}

const alphanumeric = 'abcdefghijklmnopqrstuvwxyz0123456789';

/**
 * Asks validation servers about an OTP (Yubico OTP Validation Protocol 2.0): all of them at the same time with one nonce, and the first
 * answer that can be trusted counts. When there is none, the OTP is not judged at all: `unavailable`, with what each server did.
 *
 * @throws CountersignError `invalid_parameters` for an API key that is none
 */
export function yubicoValidation(
  options: YubicoValidationOptions,
): (otp: string) => Promise<Validation | { status: 'unavailable'; detail: string }> {
  const { clientId, apiKey, urls = [yubicloudUrl], timeoutMs = 5000, outbound, clock, random } = options;
  const key = decodeApiKey(apiKey);

  async function ask(url: string, query: string, asked: Omit<Asked, 'now'>): Promise<Validation> {
    const { host } = new URL(url);
    const { status, body } = await outbound.send({ method: 'GET', url: `${url}?${query}`, timeoutMs });
    if (status !== 200) throw new Error(`${host}: HTTP status ${status}`);
    const said = readValidation(body, { ...asked, now: clock.now() });
    if (typeof said === 'string') throw new Error(`${host}: ${said}`);
    return said;
  }

  return async (otp) => {
    const nonce = randomText(random, 32, alphanumeric);
    const parameters = { id: String(clientId), nonce, otp, timestamp: '1' };
    const query = new URLSearchParams({ ...parameters, h: signYubico(parameters, key) }).toString();
    try {
      return await Promise.any(urls.map((url) => ask(url, query, { otp, nonce, key })));
    } catch (error) {
      const reasons: unknown[] = error instanceof AggregateError ? error.errors : [error];
      const told = reasons.map((reason) => (reason instanceof Error ? reason.message : 'an unknown failure'));
      return { status: 'unavailable', detail: told.join('; ') };
    }
  };
}
