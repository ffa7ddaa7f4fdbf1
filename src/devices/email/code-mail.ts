import type { MessageOverride, OutgoingMessage } from '../../core/message.ts';
import type { KindContext } from '../device-kind.ts';
import type { EmailConfiguration } from './configuration.ts';

/** The mail with a code. `lifeSeconds` is how long the code is valid. */
export function codeMail(
  to: string,
  code: string,
  lifeSeconds: number,
  { config, user, language }: KindContext<EmailConfiguration>,
): OutgoingMessage {
  const { issuer, ...texts } = config;
  const override: MessageOverride = Object.fromEntries(Object.entries(texts).filter(([, text]) => text !== undefined));
  const values = { code, issuer, user, minutes: String(Math.ceil(lifeSeconds / 60)) };
  return {
    channel: 'mail',
    to,
    template: 'code',
    values,
    ...(language === undefined ? {} : { language }),
    ...(Object.keys(override).length === 0 ? {} : { override }),
  };
}
