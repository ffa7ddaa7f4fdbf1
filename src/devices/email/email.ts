import { CountersignError } from '../../core/errors.ts';
import { mailAddress, mailDomain } from '../../core/mail-address.ts';
import type { JsonObject } from '../../core/model.ts';
import type { DeviceKind, KindContext, Prepared } from '../device-kind.ts';
import { readOptions } from '../read-options.ts';
import { judgeSentCode, newSentCode, type NoCounters } from '../sent-code.ts';
import { codeMail } from './code-mail.ts';
import { type EmailConfiguration, emailConfiguration } from './configuration.ts';
import { mailDomainAllowed } from './mail-domain-allowed.ts';
import { maskMailAddress } from './mask-mail-address.ts';
import { type EmailOptions, emailOptions } from './options.ts';

export interface EmailSecret {
  address: string;
}

/** Codes that are sent by mail. */
export function email(): DeviceKind<EmailSecret, NoCounters, EmailConfiguration, EmailOptions> {
  return {
    name: 'email',
    title: 'E-mail',
    description: 'A code is sent to a mail address every time.',
    configuration: emailConfiguration,
    options: emailOptions,
    prepare(options, ctx) {
      const prepared = prepareEmail(options, ctx);
      const { address } = prepared.state.secret;
      const { code, kept } = newSentCode({ purpose: 'enrollment', to: address }, ctx);
      const deliver = codeMail(address, code, ctx.policy.enrollment.lifeSeconds, ctx);
      return { ...prepared, kept, deliver };
    },
    confirm: ({ state, kept }, answer, ctx) =>
      judgeSentCode('email', { purpose: 'enrollment', to: state.secret.address }, state, kept, answer, ctx),
    issue({ secret: { address } }, ctx) {
      const { code, kept } = newSentCode({ purpose: 'challenge', to: address }, ctx);
      return { kept, deliver: codeMail(address, code, ctx.policy.challenge.lifeSeconds, ctx) };
    },
    check: (device, issued, answer, ctx) =>
      judgeSentCode('email', { purpose: 'challenge', to: device.secret.address }, device, issued, answer, ctx),
    needsMessage: () => true,
    contact: ({ secret: { address } }) => ({ channel: 'mail', to: address }),
    describe: ({ secret: { address } }) => ({ address: maskMailAddress(address), domain: mailDomain(address) }),
    adopt: (options: JsonObject, ctx) => prepareEmail(readOptions(emailOptions, options), ctx),
  };
}

function prepareEmail(options: EmailOptions, ctx: KindContext<EmailConfiguration>): Prepared<EmailSecret, NoCounters> {
  const address = mailAddress(options.address);
  if (!mailDomainAllowed(mailDomain(address), ctx.policy.allowedMailDomains))
    throw new CountersignError('mail_domain_not_allowed', { detail: `domain ${mailDomain(address)}` });
  return { state: { secret: { address }, counters: {} }, deviceName: `E-mail ${maskMailAddress(address)}` };
}
