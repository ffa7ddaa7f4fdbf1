import type { WebhookOptions } from '../../core/webhook.ts';
import type { Caller } from './caller.ts';

/** What a person writes to have an integration told. */
export interface NewWebhookOptions extends WebhookOptions {
  /** Signs the requests, in place of all secrets there are. Left out: those stay, and a first one is made. */
  secret?: string;
}

/** A webhook as it can be read: without its secrets, and without what its headers hold. */
export interface WebhookView {
  endpoint: string;
  /** The names of the headers. */
  headers: string[];
  timeoutMs: number;
  /** The notices it is told of; absent: all. */
  events?: string[];
  /** How many secrets requests are signed with: 2 while they are rotated. */
  secrets: number;
}

/** Where integrations are told what happens. Errors of all: `not_found`. */
export interface WebhooksEngine {
  /** Undefined: the integration has none. */
  get(caller: Caller, integrationId: string): Promise<WebhookView | undefined>;
  /**
   * Sets the webhook. A secret that was made for it is in this answer only. Headers that are left out stay as they were. Errors:
   * `invalid_parameters`.
   */
  set(
    caller: Caller,
    integrationId: string,
    options: NewWebhookOptions,
  ): Promise<{ webhook: WebhookView; secret?: string }>;
  /** Adds a second secret; a third is refused (`wrong_state`) until the older one is retired. */
  rotate(caller: Caller, integrationId: string): Promise<{ webhook: WebhookView; secret: string }>;
  /** Retires the older of two secrets; `wrong_state` when there is one. */
  retire(caller: Caller, integrationId: string): Promise<WebhookView>;
  remove(caller: Caller, integrationId: string): Promise<void>;
}
