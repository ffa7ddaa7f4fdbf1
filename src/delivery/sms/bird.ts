import type { Outbound } from '../outbound/outbound.ts';
import { askGateway, errorCodeText, member, readJson } from './ask-gateway.ts';
import { isSuccess, type SmsGateway, statusRefusal, taken } from './gateway.ts';

export interface BirdOptions {
  /** For the log. Default: the name of the provider. */
  name?: string | undefined;
  /** Secret */
  accessKey: string;
  workspaceId: string;
  /** Of an SMS channel: it says from which number. */
  channelId: string;
  /** Default: `https://api.bird.com`. */
  url?: string | undefined;
  timeoutMs: number;
}

/** Bird (formerly MessageBird) Channels API: `POST /workspaces/{workspace}/channels/{channel}/messages`. */
export function bird(options: BirdOptions, outbound: Outbound): SmsGateway {
  const { accessKey, workspaceId, channelId, timeoutMs } = options;
  const path = `workspaces/${encodeURIComponent(workspaceId)}/channels/${encodeURIComponent(channelId)}/messages`;
  const url = `${options.url ?? 'https://api.bird.com'}/${path}`;
  const headers = {
    authorization: `AccessKey ${accessKey}`,
    'content-type': 'application/json',
    accept: 'application/json',
  };
  return {
    name: 'bird',
    timeoutMs,
    send({ to, text, id }) {
      const body = JSON.stringify({
        receiver: { contacts: [{ identifierKey: 'phonenumber', identifierValue: to }] },
        body: { type: 'text', text: { text } },
        reference: id,
      });
      return askGateway(outbound, { method: 'POST', url, headers, body, timeoutMs }, (response) => {
        if (isSuccess(response)) return taken;
        return statusRefusal(response, errorCodeText(member(readJson(response), 'code')));
      });
    },
  };
}
