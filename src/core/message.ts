/**
 * What a device kind or the engine asks to be sent: data, not an action (design law 2). The room `delivery` renders and
 * sends it. `values.code` is a secret: it belongs into the message and nowhere else.
 */
export interface OutgoingMessage {
  channel: 'mail' | 'sms';
  /** A mail address, or a telephone number in the form of E.164 (`+4930901820`). */
  to: string;
  /** The name of a message template: `code` or `notice`. */
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
