import type { Outbound, OutboundResponse } from '../outbound/outbound.ts';
import { askGateway, basicAuthorization } from './ask-gateway.ts';
import { isSuccess, refused, type SmsGateway, type SmsOutcome, statusRefusal, taken, unclear } from './gateway.ts';
import { gsm7Characters } from './gsm7.ts';
import { bodyFormat, fillBody, fillHeader, fillUrl } from './http-template.ts';

/** A gateway that is asked by a request of any shape. In `url`, `headers` and `body`, `{to}`, `{text}` and the others are filled in. */
export interface HttpGatewayOptions {
  /** For the log. Default: `http`. */
  name?: string | undefined;
  method: 'GET' | 'POST';
  url: string;
  headers: Readonly<Record<string, string>>;
  /** Escaped as its `contentType` demands. */
  body?: string | undefined;
  /** JSON, a form, XML or plain text. */
  contentType: string;
  /** Fills `{from}`. */
  from?: string | undefined;
  /** Fills `{secret}`. Secret. */
  secret?: string | undefined;
  /** Login for `Authorization: Basic`. */
  user?: string | undefined;
  /** Secret */
  password?: string | undefined;
  /** What the body of an answer looks like when the message was taken. Left out: the status says so. */
  successPattern?: RegExp | undefined;
  /** What it looks like when the message certainly was not, whatever the status says: then the next gateway may be asked. */
  refusalPattern?: RegExp | undefined;
  timeoutMs: number;
}

/** Any gateway that takes a message by one HTTP request. */
export function httpGateway(options: HttpGatewayOptions, outbound: Outbound): SmsGateway {
  const { method, url, headers, body, contentType, from = '', secret = '', user, password, timeoutMs } = options;
  const format = bodyFormat(contentType) ?? 'text';
  return {
    name: 'http',
    timeoutMs,
    send({ to, text, id }) {
      const coding = gsm7Characters(text) === undefined ? '2' : '0';
      const filling = { to, digits: to.slice(1), text, coding, id, from, secret };
      const request = {
        method,
        url: fillUrl(url, filling),
        headers: {
          ...Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, fillHeader(value, filling)])),
          ...(user === undefined ? {} : { authorization: basicAuthorization(user, password ?? '') }),
          ...(body === undefined ? {} : { 'content-type': contentType }),
        },
        ...(body === undefined ? {} : { body: fillBody(format, body, filling) }),
        timeoutMs,
      };
      return askGateway(outbound, request, (response) => judge(response, options));
    },
  };
}

function judge(response: OutboundResponse, { successPattern, refusalPattern }: HttpGatewayOptions): SmsOutcome {
  if (refusalPattern?.test(response.body) === true) return refused(`status ${response.status}, refused by its text`);
  if (!isSuccess(response)) return statusRefusal(response);
  if (successPattern === undefined || successPattern.test(response.body)) return taken;
  return unclear(`status ${response.status}, and a text that does not say that the message was taken`);
}
