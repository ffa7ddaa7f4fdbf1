import type { OutgoingMessage } from '../core/message.ts';
import { deliveryFailed } from './delivery-failed.ts';
import { escapeHtml } from './templates/escape-html.ts';
import { fillPlaceholders } from './templates/fill-placeholders.ts';
import { templates } from './templates/templates.ts';

/** A message as its reader sees it. */
export interface RenderedMessage {
  subject: string;
  text: string;
  /** Absent for SMS, and where only the text of the template was replaced. */
  html?: string;
  /** The sender, where the integration sets its own. */
  from?: string;
}

/**
 * Renders the template of a message with its values, then what the integration puts in its place.
 *
 * @throws CountersignError `delivery_failed` when the template is unknown or one of its values is missing
 */
export function renderMessage(message: OutgoingMessage): RenderedMessage {
  const { override = {}, values } = message;
  const template = templates.get(message.template);
  if (template === undefined) throw deliveryFailed(`There is no message template '${message.template}'.`);
  const optional = (name: string) => (Object.hasOwn(values, name) ? values[name] : undefined);
  const content = template({
    optional,
    required(name) {
      const value = optional(name);
      if (value === undefined) throw deliveryFailed(`Template '${message.template}' needs the value '${name}'.`);
      return value;
    },
  });
  // `{token}` is what the templates of OSS2FA call the code.
  const filling = values['code'] === undefined ? values : { ...values, token: values['code'] };
  const standardText = message.channel === 'sms' ? content.short : content.text;
  const rendered: RenderedMessage = {
    subject: override.subject === undefined ? content.subject : fillPlaceholders(override.subject, filling),
    text: override.text === undefined ? standardText : fillPlaceholders(override.text, filling),
  };
  if (override.from !== undefined) rendered.from = override.from;
  if (message.channel === 'mail') {
    if (override.html !== undefined) rendered.html = fillPlaceholders(override.html, filling, escapeHtml);
    else if (override.text === undefined) rendered.html = content.html;
  }
  return rendered;
}
