import { z } from 'zod';
import { CountersignError, invalidParameter } from '../../core/errors.ts';
import { mailAddress, mailDomain } from '../../core/mail-address.ts';
import type { OutgoingMessage } from '../../core/message.ts';
import type { JsonObject } from '../../core/model.ts';
import { phoneNumber } from '../../core/phone-number.ts';
import type { KindContext } from '../device-kind.ts';
import { mailDomainAllowed } from '../email/mail-domain-allowed.ts';
import { maskMailAddress } from '../email/mask-mail-address.ts';
import { maskPhoneNumber } from '../sms/mask-phone-number.ts';
import type { TotpConfiguration } from './configuration.ts';

/** How the code reaches a user who has no app: we make it, and send it to him. */
export const totpTransportOptions = z.strictObject({
  channel: z.enum(['mail', 'sms', 'webhook']).describe('`webhook`: that of the integration which asks.'),
  to: z.string().min(1).max(254).optional().describe('The mail address or the telephone number.'),
});

export type TotpTransport =
  { channel: 'mail'; to: string } | { channel: 'sms'; to: string; country: string } | { channel: 'webhook' };

/**
 * Reads where codes go, by the rules of the kinds `email` and `sms`.
 *
 * @throws CountersignError `invalid_parameters`, `mail_domain_not_allowed`, `phone_number_not_allowed`
 */
export function readTransport(
  { channel, to }: z.output<typeof totpTransportOptions>,
  ctx: KindContext<TotpConfiguration>,
): TotpTransport {
  const path = 'transport.to';
  if (channel === 'webhook') {
    if (to !== undefined) throw invalidParameter(path, 'Must be left out: the webhook is that of the integration.');
    return { channel };
  }
  if (to === undefined) throw invalidParameter(path, 'Must be given.');
  if (channel === 'sms') return requireAllowed({ channel, ...pickNumber(to, path) }, ctx);
  return requireAllowed({ channel, to: mailAddress(to, path) }, ctx);
}

function pickNumber(text: string, path: string): { to: string; country: string } {
  const { number, country } = phoneNumber(text, { path });
  return { to: number, country };
}

/** The policy may have become stricter since the device was made. */
function requireAllowed(transport: TotpTransport, { policy }: KindContext<TotpConfiguration>): TotpTransport {
  if (transport.channel === 'sms' && policy.allowedPhoneCountries?.includes(transport.country) === false) {
    throw new CountersignError('phone_number_not_allowed', { detail: `country ${transport.country}` });
  }
  if (transport.channel === 'mail' && !mailDomainAllowed(mailDomain(transport.to), policy.allowedMailDomains)) {
    throw new CountersignError('mail_domain_not_allowed', { detail: `domain ${mailDomain(transport.to)}` });
  }
  return transport;
}

/** The message with a code. `lifeSeconds` is how long it is accepted at least. */
export function transportMessage(
  transport: TotpTransport,
  code: string,
  lifeSeconds: number,
  ctx: KindContext<TotpConfiguration>,
): OutgoingMessage {
  requireAllowed(transport, ctx);
  const { config, user, asked, language } = ctx;
  const { channel } = transport;
  // Less than a minute is not told: it would be over before it was read.
  const minutes = Math.floor(lifeSeconds / 60);
  return {
    channel,
    to: channel === 'webhook' ? (asked.integrationId ?? '') : transport.to,
    template: 'code',
    values: { code, issuer: config.issuer, user, ...(minutes === 0 ? {} : { minutes: String(minutes) }) },
    ...(language === undefined ? {} : { language }),
  };
}

/** What may be told of it. */
export function describeTransport(transport: TotpTransport): JsonObject {
  const { channel } = transport;
  if (channel === 'webhook') return { channel };
  return { channel, to: channel === 'mail' ? maskMailAddress(transport.to) : maskPhoneNumber(transport.to) };
}
