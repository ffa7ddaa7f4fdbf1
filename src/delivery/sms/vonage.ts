import type { Outbound } from '../outbound/outbound.ts';
import { askGateway, errorCode, member, readJson } from './ask-gateway.ts';
import { isSuccess, refused, type SmsGateway, type SmsOutcome, statusRefusal, taken, unclear } from './gateway.ts';
import { gsm7Characters } from './gsm7.ts';

export interface VonageOptions {
  /** For the log. Default: the name of the provider. */
  name?: string | undefined;
  apiKey: string;
  /** Secret */
  apiSecret: string;
  /** A number of the account without `+`, or an alphanumeric sender. */
  from: string;
  /** Default: `https://rest.nexmo.com`. */
  url?: string | undefined;
  timeoutMs: number;
}

/** Vonage SMS API: `POST /sms/json`. It answers 200 for everything; what became of each segment stands in `messages`. */
export function vonage(options: VonageOptions, outbound: Outbound): SmsGateway {
  const { apiKey, apiSecret, from, timeoutMs } = options;
  const url = `${options.url ?? 'https://rest.nexmo.com'}/sms/json`;
  return {
    name: 'vonage',
    timeoutMs,
    send({ to, text, id }) {
      const body = JSON.stringify({
        api_key: apiKey,
        api_secret: apiSecret,
        from,
        to: to.slice(1),
        text,
        type: gsm7Characters(text) === undefined ? 'unicode' : 'text',
        'client-ref': id.slice(0, 100),
      });
      const headers = { 'content-type': 'application/json', accept: 'application/json' };
      return askGateway(outbound, { method: 'POST', url, headers, body, timeoutMs }, (response) =>
        isSuccess(response) ? judgeSegments(member(readJson(response), 'messages')) : statusRefusal(response),
      );
    },
  };
}

function judgeSegments(messages: unknown): SmsOutcome {
  if (!Array.isArray(messages) || messages.length === 0) return unclear('an answer that is not understood');
  const statuses = messages.map((message) => errorCode(member(message, 'status')));
  if (statuses.every((status) => status === '0')) return taken;
  const reason = `status ${statuses.find((status) => status !== '0') ?? ''} of the message`;
  // 5 is an error inside of Vonage; and a message of which a segment was taken would come twice.
  return statuses.some((status) => status === '0' || status === '5' || status === '')
    ? unclear(reason)
    : refused(reason);
}
