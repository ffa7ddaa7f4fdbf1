import type { Clock } from '../../core/clock.ts';
import type { Outbound, OutboundResponse } from '../outbound/outbound.ts';
import { askGateway, errorCodeText } from './ask-gateway.ts';
import { isSuccess, type SmsGateway, statusRefusal, taken } from './gateway.ts';
import { type AwsCredentials, signAwsRequest } from './sign-aws-request.ts';

export interface SnsOptions extends AwsCredentials {
  /** For the log. Default: the name of the provider. */
  name?: string | undefined;
  region: string;
  /** The sender, where the country of the number lets one choose. */
  from?: string | undefined;
  /** Default: `https://sns.{region}.amazonaws.com`. */
  url?: string | undefined;
  timeoutMs: number;
}

/** Amazon SNS: the action `Publish` to a telephone number (API version 2010-03-31), signed with Signature Version 4. */
export function sns(options: SnsOptions, outbound: Outbound, clock: Clock): SmsGateway {
  const { region, from, timeoutMs } = options;
  const url = new URL(options.url ?? `https://sns.${region}.amazonaws.com/`);
  return {
    name: 'sns',
    timeoutMs,
    send({ to, text }) {
      const attributes: [string, string][] = [
        ['AWS.SNS.SMS.SMSType', 'Transactional'],
        ...(from === undefined
          ? []
          : [
              [/^\+?\d+$/.test(from) ? 'AWS.MM.SMS.OriginationNumber' : 'AWS.SNS.SMS.SenderID', from] satisfies [
                string,
                string,
              ],
            ]),
      ];
      const form = new URLSearchParams({ Action: 'Publish', Version: '2010-03-31', PhoneNumber: to, Message: text });
      for (const [index, [name, value]] of attributes.entries()) {
        const entry = `MessageAttributes.entry.${index + 1}`;
        form.set(`${entry}.Name`, name);
        form.set(`${entry}.Value.DataType`, 'String');
        form.set(`${entry}.Value.StringValue`, value);
      }
      const body = form.toString();
      const unsigned = { 'content-type': 'application/x-www-form-urlencoded; charset=utf-8' };
      const scope = { region, service: 'sns', at: clock.now() };
      const headers = signAwsRequest({ method: 'POST', url, headers: unsigned, body }, options, scope);
      return askGateway(outbound, { method: 'POST', url: url.href, headers, body, timeoutMs }, (response) =>
        isSuccess(response) ? taken : statusRefusal(response, faultOf(response)),
      );
    },
  };
}

/** The code in `<ErrorResponse><Error><Code>`; its message may quote the number. */
function faultOf({ body }: OutboundResponse): string {
  return errorCodeText(/<Code>([^<]*)<\/Code>/.exec(body)?.[1]);
}
