import type { JsonObject } from './model.ts';

/** The ways that a message can take. */
export type Channel = 'mail' | 'sms' | 'webhook' | 'push';

/**
 * What a device kind or the engine asks to be sent: data, not an action (design law 2). The room `delivery` renders and
 * sends it. `values.code` is a secret: it belongs into the message and nowhere else.
 */
export interface OutgoingMessage {
  channel: Channel;
  /**
   * `mail`: a mail address; `sms`: a telephone number in the form of E.164 (`+4930901820`); `webhook`: the id of the integration whose
   * webhook takes it; `push`: the endpoint of a push subscription (RFC 8030).
   */
  to: string;
  /** What the way to `to` needs besides, e.g. the keys of a push subscription. Secret. */
  target?: JsonObject;
  /** The language of the reader (BCP 47); default English. */
  language?: string;
  /** The name of a message template, e.g. `code` or `notice`. */
  template: string;
  /** The values of the template; `code` is secret. */
  values: Record<string, string>;
  /**
   * Replaces parts of the template, from the integration's configuration of the kind. `{token}` and `{code}` stand for the
   * code, every other `{name}` for the value of that name; an unknown placeholder stays as it is.
   */
  override?: MessageOverride;
}

/** Texts of an integration in place of those of a template. */
export interface MessageOverride {
  /** The sender, `address` or `Name <address>`. */
  from?: string;
  subject?: string;
  text?: string;
  /** HTML with placeholders; values are escaped. Without it, a message whose `text` is replaced has no HTML part. */
  html?: string;
}
