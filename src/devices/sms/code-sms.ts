import type { OutgoingMessage } from '../../core/message.ts';
import type { KindContext } from '../device-kind.ts';
import type { SmsConfiguration } from './configuration.ts';

/**
 * The SMS with a code. `lifeSeconds` is how long the code is valid. With an origin its last line binds the code to that site (WICG,
 * Origin-bound one-time codes delivered via SMS): a telephone offers it there and nowhere else.
 */
export function codeSms(
  to: string,
  code: string,
  lifeSeconds: number,
  { config, user, language }: KindContext<SmsConfiguration>,
): OutgoingMessage {
  const { issuer, origin, text } = config;
  const minutes = String(Math.ceil(lifeSeconds / 60));
  return {
    channel: 'sms',
    to,
    template: 'code',
    values: { code, issuer, user, minutes, ...(origin === undefined ? {} : { origin }) },
    ...(language === undefined ? {} : { language }),
    ...(text === undefined ? {} : { override: { text: origin === undefined ? text : `${text}\n\n@{origin} #{code}` } }),
  };
}
