import type { OutgoingMessage } from '../core/message.ts';
import type { MessageTemplates } from '../core/settings/message-templates.ts';
import { chooseTexts, type ChosenTexts } from './choose-texts.ts';
import { deliveryFailed } from './delivery-failed.ts';
import { escapeHtml } from './templates/escape-html.ts';
import { fillPlaceholders } from './templates/fill-placeholders.ts';
import type { MessageContent } from './templates/message-content.ts';
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
 * Renders the template of a message with its values in the language of its reader, then what the tenant and the integration put in its
 * place, of which the integration's counts more.
 *
 * @param tenant the texts of the tenant by language
 * @throws CountersignError `delivery_failed` when the template is unknown or one of its values is missing
 */
export function renderMessage(message: OutgoingMessage, tenant: MessageTemplates = {}): RenderedMessage {
  const { override = {} } = message;
  const chosen = chooseTexts(message, tenant);
  const content = renderBuiltIn(message, chosen);
  const texts = { ...chosen.texts, ...withoutStale(override) };
  const { text, html } = message.channel === 'sms' ? { text: override.text ?? texts.short, html: undefined } : texts;
  const filling = fillingOf(message, content);
  const fill = (written: string) => fillPlaceholders(written, filling);
  const rendered: RenderedMessage = {
    subject: texts.subject === undefined ? content.subject : fill(texts.subject),
    text: text === undefined ? (message.channel === 'sms' ? content.short : content.text) : fill(text),
  };
  if (override.from !== undefined) rendered.from = override.from;
  if (message.channel === 'mail') {
    if (html !== undefined) rendered.html = fillPlaceholders(html, inHtml(filling));
    else if (text === undefined) rendered.html = content.html;
  }
  return rendered;
}

function renderBuiltIn(message: OutgoingMessage, { language }: ChosenTexts): MessageContent {
  const { values } = message;
  const template = templates.get(message.template);
  if (template === undefined)
    throw deliveryFailed(`There is no message template '${message.template}'.`, { permanent: true });
  const optional = (name: string) => (Object.hasOwn(values, name) ? values[name] : undefined);
  return template(
    {
      optional,
      required(name) {
        const value = optional(name);
        if (value !== undefined) return value;
        throw deliveryFailed(`Template '${message.template}' needs the value '${name}'.`, { permanent: true });
      },
    },
    language,
  );
}

/** Whoever sets a text without its HTML, or the reverse, does not want the other one of somebody else beside it. */
function withoutStale(override: NonNullable<OutgoingMessage['override']>) {
  const { subject, text, html } = override;
  return {
    ...(subject === undefined ? {} : { subject }),
    ...(text === undefined && html === undefined ? {} : { text, html }),
  };
}

/** What placeholders stand for: the values, the code also as `{token}` of the templates of OSS2FA, and the texts of a notice. */
function fillingOf({ values, template }: OutgoingMessage, content: MessageContent): Record<string, string> {
  const { code } = values;
  return {
    ...(template === 'notice' ? { title: content.subject, body: content.text.trimEnd() } : {}),
    ...values,
    ...(code === undefined ? {} : { token: code }),
  };
}

/** The same for HTML. Only the body of a notice has lines of ours. */
function inHtml(filling: Readonly<Record<string, string>>): Record<string, string> {
  const escaped = Object.entries(filling).map(([name, value]) => [name, escapeHtml(value)]);
  const { body, ...others } = Object.fromEntries(escaped) as Record<string, string>;
  return body === undefined ? others : { ...others, body: body.replace(/\r\n|\r|\n/g, '<br>\n') };
}
