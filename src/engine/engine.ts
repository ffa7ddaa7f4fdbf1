import type { BindingContext, Time } from '../core/model.ts';
import type { Decision } from '../core/policy/decide.ts';
import type { Answer, DeviceKinds } from '../devices/device-kind.ts';
import type { AdministratorsEngine } from './interfaces/administrators.ts';
import type { AuditEngine } from './interfaces/audit.ts';
import type { IntegrationCaller } from './interfaces/caller.ts';
import type { ChallengesEngine } from './interfaces/challenges.ts';
import type { DevicesEngine } from './interfaces/devices.ts';
import type { EnrollmentsEngine } from './interfaces/enrollments.ts';
import type { IdempotencyEngine } from './interfaces/idempotency.ts';
import type { IntegrationsEngine } from './interfaces/integrations.ts';
import type { NumbersEngine } from './interfaces/numbers.ts';
import type { OutboxEngine } from './interfaces/outbox.ts';
import type { Outcome } from './interfaces/outcome.ts';
import type { PasskeysEngine } from './interfaces/passkeys.ts';
import type { PortalTickets } from './interfaces/portal-tickets.ts';
import type { SettingsEngine } from './interfaces/settings.ts';
import type { SharedKeysEngine } from './interfaces/shared-keys.ts';
import type { TenantsEngine } from './interfaces/tenants.ts';
import type { TrustedBrowsersEngine } from './interfaces/trusted-browsers.ts';
import type { UsersEngine } from './interfaces/users.ts';
import type { WebhooksEngine } from './interfaces/webhooks.ts';

export type * from './interfaces/administrators.ts';
export type * from './interfaces/audit.ts';
export type * from './interfaces/caller.ts';
export type * from './interfaces/challenges.ts';
export type * from './interfaces/devices.ts';
export type * from './interfaces/enrollments.ts';
export type * from './interfaces/idempotency.ts';
export type * from './interfaces/integrations.ts';
export type * from './interfaces/numbers.ts';
export type * from './interfaces/outbox.ts';
export type * from './interfaces/outcome.ts';
export type * from './interfaces/page-options.ts';
export type * from './interfaces/passkeys.ts';
export type * from './interfaces/portal-tickets.ts';
export type * from './interfaces/settings.ts';
export type * from './interfaces/shared-keys.ts';
export type * from './interfaces/tenants.ts';
export type * from './interfaces/trusted-browsers.ts';
export type * from './interfaces/users.ts';
export type * from './interfaces/webhooks.ts';

/** A decision, and the token that replaces the one of the trusted browser which was let in. */
export interface Decided extends Decision {
  /** To be kept by the browser in place of the one it came with, which is good for a moment only. */
  trustedDevice?: { token: string; expiresAt: Time };
}

export interface VerifyOptions {
  user: string;
  answer: Answer;
  /** Only devices of these kinds may answer. Left out: every kind that the policy lets answer without a challenge. */
  kinds?: readonly string[];
  /**
   * Whether a refusal may say that the answer was right, and has been used. For doors whose protocol asks: who knows such an answer has
   * seen it. Default false.
   */
  tellReplayed?: boolean;
  context?: BindingContext;
}

/** The one thing that decides and the only writer. Every door, page and command speaks to this interface. */
export interface Engine {
  kinds: DeviceKinds;
  tenants: TenantsEngine;
  administrators: AdministratorsEngine;
  integrations: IntegrationsEngine;
  users: UsersEngine;
  devices: DevicesEngine;
  enrollments: EnrollmentsEngine;
  challenges: ChallengesEngine;
  audit: AuditEngine;
  idempotency: IdempotencyEngine;
  numbers: NumbersEngine;
  sharedKeys: SharedKeysEngine;
  settings: SettingsEngine;
  webhooks: WebhooksEngine;
  outbox: OutboxEngine;
  portalTickets: PortalTickets;
  passkeys: PasskeysEngine;
  trustedBrowsers: TrustedBrowsersEngine;
  /** User and code in one call, no challenge first: the hot path. Errors: `too_many_attempts`, `unavailable`. */
  verify(caller: IntegrationCaller, options: VerifyOptions): Promise<Outcome>;
  /**
   * What to do with somebody who has passed the first factor. Is audited with its trace, and changes nothing but the token of a trusted
   * browser that is let in.
   */
  decide(caller: IntegrationCaller, options: { user: string; context?: BindingContext }): Promise<Decided>;
  /** One query to the database; rejects with `unavailable`. */
  checkHealth(): Promise<void>;
  /** Forgets what has run out; for a timer of the server. */
  sweep(): Promise<{ enrollments: number; challenges: number; budgets: number; idempotency: number }>;
  /** Finishes what was accepted and signs the audit heads. */
  close(): Promise<void>;
}
