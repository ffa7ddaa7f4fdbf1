import type { Outbound } from '../outbound/outbound.ts';
import { askGateway, basicAuthorization, errorCodeText, member, readJson } from './ask-gateway.ts';
import { isSuccess, refused, type SmsGateway, statusRefusal, taken } from './gateway.ts';

export interface TwilioOptions {
  /** For the log. Default: the name of the provider. */
  name?: string | undefined;
  /** `AC…` */
  accountSid: string;
  /** The auth token of the account, or the secret of `keySid`. Secret. */
  authToken: string;
  /** `SK…`: an API key in place of the account's own token. */
  keySid?: string | undefined;
  /** A number of the account, or an alphanumeric sender. */
  from?: string | undefined;
  /** `MG…`: a messaging service in place of `from`. */
  messagingServiceSid?: string | undefined;
  /** Default: `https://api.twilio.com`. */
  url?: string | undefined;
  timeoutMs: number;
}

/** Twilio Programmable Messaging: `POST /2010-04-01/Accounts/{sid}/Messages.json`. */
export function twilio(options: TwilioOptions, outbound: Outbound): SmsGateway {
  const { accountSid, authToken, keySid, from, messagingServiceSid, timeoutMs } = options;
  const url = `${options.url ?? 'https://api.twilio.com'}/2010-04-01/Accounts/${encodeURIComponent(accountSid)}/Messages.json`;
  const headers = {
    authorization: basicAuthorization(keySid ?? accountSid, authToken),
    'content-type': 'application/x-www-form-urlencoded',
    accept: 'application/json',
  };
  return {
    name: 'twilio',
    timeoutMs,
    send({ to, text }) {
      const form = new URLSearchParams({ To: to, Body: text });
      if (messagingServiceSid === undefined) form.set('From', from ?? '');
      else form.set('MessagingServiceSid', messagingServiceSid);
      const request = { method: 'POST' as const, url, headers, body: form.toString(), timeoutMs };
      return askGateway(outbound, request, (response) => {
        const answer = readJson(response);
        // `message` and `more_info` of an error may quote what was sent.
        if (!isSuccess(response)) return statusRefusal(response, codeText(member(answer, 'code')));
        const status = member(answer, 'status');
        return status === 'failed' || status === 'undelivered' || status === 'canceled'
          ? refused(`message ${status}, ${codeText(member(answer, 'error_code'))}`)
          : taken;
      });
    },
  };
}

function codeText(value: unknown): string {
  return errorCodeText(value) || 'no code';
}
