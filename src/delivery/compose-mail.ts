import type { SendMailOptions } from 'nodemailer';
import { invalidParameter } from '../core/errors.ts';
import { mailAddress, mailDomain } from '../core/mail-address.ts';
import type { OutgoingMessage } from '../core/message.ts';
import type { MessageContext } from './delivery.ts';
import { deliveryFailed, orDeliveryFailed } from './delivery-failed.ts';
import { type MailSender, mailSender } from './mail-sender.ts';
import { type RenderedMessage, renderMessage } from './render-message.ts';

/**
 * Makes the mail of a message: one recipient, an envelope of its own so that no header is ever read as an address, and
 * multipart/alternative where there is HTML.
 *
 * @param sender Who sends it, unless the integration sets its own sender.
 * @throws CountersignError `delivery_failed` when an address, the subject or the sender is not fit for a header (EML-07)
 */
export function composeMail(message: OutgoingMessage, about: MessageContext, sender: MailSender): SendMailOptions {
  if (message.channel !== 'mail') throw deliveryFailed(`A message for '${message.channel}' cannot go by mail.`);
  return orDeliveryFailed(() => {
    const to = mailAddress(message.to, 'to');
    const rendered = renderFor(message, about);
    const from = rendered.from === undefined ? sender : mailSender(rendered.from);
    if (hasHeaderBreak(rendered.subject)) throw invalidParameter('subject', 'Must not contain control characters.');
    const mail: SendMailOptions = {
      envelope: { from: from.address, to },
      from,
      to: { name: '', address: to },
      subject: rendered.subject,
      text: rendered.text,
      messageId: `<${fileSafeId(about.id)}@${mailDomain(from.address)}>`,
      // RFC 3834: nobody's holiday notice shall answer a code.
      headers: { 'Auto-Submitted': 'auto-generated' },
      xMailer: false,
    };
    return rendered.html === undefined ? mail : { ...mail, html: rendered.html };
  });
}

/** Renders a message in the name of its tenant, unless its values name an issuer. */
export function renderFor(message: OutgoingMessage, about: MessageContext): RenderedMessage {
  return renderMessage({ ...message, values: { issuer: about.tenantName, ...message.values } }, about.templates);
}

/** The id of a message, where it is fit for a Message-ID and a file name. */
export function fileSafeId(id: string): string {
  if (!/^[A-Za-z0-9_-]{1,100}$/.test(id)) throw deliveryFailed('The id of the message is not valid.');
  return id;
}

function hasHeaderBreak(text: string): boolean {
  return /\p{Cc}/u.test(text);
}
