import type { OutgoingMessage } from '../core/message.ts';
import type { MessageTemplates } from '../core/settings/message-templates.ts';

/** For whom a message is sent, and under which id; the id becomes the Message-ID of a mail. */
export interface MessageContext {
  tenant: string;
  tenantName: string;
  /** The same whenever a message is sent again: who gets it twice can tell. */
  id: string;
  /** The texts of the tenant by language, in place of the built-in ones. */
  templates?: MessageTemplates;
}

/** The way of a message to the next hop. */
export interface Delivery {
  /** How long one delivery may take altogether, in milliseconds. Left out: 15 000. */
  readonly timeoutMs?: number;
  /**
   * Resolves when the next hop has taken the message over.
   *
   * @throws CountersignError `delivery_failed` when it has not, within the time-out of the delivery, or when the message is
   *   refused before anything is sent (not one address, a line break in a header, an unknown template). The detail says why
   *   and never holds the code.
   */
  deliver(message: OutgoingMessage, about: MessageContext): Promise<void>;
  /** Waits for what is being sent and gives up connections that are kept open. Nothing can be delivered afterwards. */
  close(): Promise<void>;
}
