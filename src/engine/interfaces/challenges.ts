import type { BindingContext, Challenge, Page, Time } from '../../core/model.ts';
import type { Answer } from '../../devices/device-kind.ts';
import type { IntegrationCaller } from './caller.ts';
import type { Outcome } from './outcome.ts';
import type { PageOptions } from './page-options.ts';

export interface IssueChallengeOptions {
  user: string;
  /** Default: the user's only usable device, else the most recently used or enrolled one. */
  deviceId?: string;
  reference?: string;
  attempts?: number;
  codeDigits?: number;
  context?: BindingContext;
}

/** A challenge that waits for a device, as the owner of the device may see it: never what is shown where it was asked for. */
export interface PendingQuestion {
  id: string;
  integrationId: string;
  /** Who asks: the name of the integration. */
  integration: string;
  reference: string;
  /** The address from which somebody signs in, where the integration told it. */
  ip?: string;
  createdAt: Time;
  expiresAt: Time;
}

export interface ChallengesEngine {
  /**
   * Errors: `not_found` (no such user in the realm), `no_device`, `user_inactive`, `too_many_messages`, `too_many_attempts`. A message that
   * cannot be delivered resolves with state `failed` and the integration's fail mode.
   */
  issue(caller: IntegrationCaller, options: IssueChallengeOptions): Promise<Challenge>;
  get(caller: IntegrationCaller, id: string): Promise<Challenge>;
  list(caller: IntegrationCaller, page?: PageOptions & { state?: string; user?: string }): Promise<Page<Challenge>>;
  /** What waits for a device of the integration's realm, asked by any integration of it, newest first. Errors: `not_found`. */
  listForDevice(caller: IntegrationCaller, deviceId: string): Promise<PendingQuestion[]>;
  /** Errors: `not_found`, `wrong_state`, `challenge_expired`, `too_many_attempts`. */
  answer(
    caller: IntegrationCaller,
    id: string,
    answer: Answer,
    context?: BindingContext,
  ): Promise<{ outcome: Outcome; challenge: Challenge }>;
  /** Sends a fresh code for a pending challenge; the one before is void, the attempts stay spent. */
  resend(caller: IntegrationCaller, id: string): Promise<Challenge>;
  /** The user says: this was not me. He is told by other ways, and not interrupted again for the time that the policy says. */
  deny(caller: IntegrationCaller, id: string): Promise<Challenge>;
  /** Ends a pending challenge as failed; leaves a final one as it is. */
  fail(caller: IntegrationCaller, id: string, reason: string): Promise<Challenge>;
}
