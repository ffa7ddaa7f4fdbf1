import type { Outbound } from '../outbound/outbound.ts';
import { askGateway, errorCodeText, member, readJson } from './ask-gateway.ts';
import { isSuccess, type SmsGateway, statusRefusal, taken } from './gateway.ts';
import { gsm7Characters } from './gsm7.ts';

export interface MessageBirdOptions {
  /** For the log. Default: the name of the provider. */
  name?: string | undefined;
  /** Secret */
  accessKey: string;
  /** A number without `+`, or up to eleven letters and digits. */
  from: string;
  /** Default: `https://rest.messagebird.com`. */
  url?: string | undefined;
  timeoutMs: number;
}

/** MessageBird SMS Messaging API: `POST /messages`. */
export function messageBird(options: MessageBirdOptions, outbound: Outbound): SmsGateway {
  const { accessKey, from, timeoutMs } = options;
  const url = `${options.url ?? 'https://rest.messagebird.com'}/messages`;
  const headers = {
    authorization: `AccessKey ${accessKey}`,
    'content-type': 'application/json',
    accept: 'application/json',
  };
  return {
    name: 'messagebird',
    timeoutMs,
    send({ to, text, id }) {
      const body = JSON.stringify({
        recipients: [to.slice(1)],
        originator: from,
        body: text,
        datacoding: gsm7Characters(text) === undefined ? 'unicode' : 'plain',
        reference: id.slice(0, 60),
      });
      return askGateway(outbound, { method: 'POST', url, headers, body, timeoutMs }, (response) => {
        if (isSuccess(response)) return taken;
        const error = member(member(readJson(response), 'errors'), 0);
        return statusRefusal(response, errorCodeText(member(error, 'code')));
      });
    },
  };
}
