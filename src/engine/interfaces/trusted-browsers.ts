import type { Time, TrustedBrowser } from '../../core/model.ts';
import type { IntegrationCaller } from './caller.ts';

/** Browsers that may skip the second factor of one user at one integration: the policy's `trustedBrowsers.lifeSeconds`. */
export interface TrustedBrowsersEngine {
  /**
   * Trusts the browser in which a challenge of this integration was passed, once, and not later than five minutes after that. The token is
   * for that browser alone and is shown here only. Errors: `wrong_state` (the policy trusts no browser, the challenge was not passed just
   * now, or by what only stands in for a device), `not_found`, `user_inactive`.
   */
  trust(
    caller: IntegrationCaller,
    options: { challengeId: string; name?: string },
  ): Promise<{ token: string; expiresAt: Time; browser: TrustedBrowser }>;
  /** Those that this integration trusts for a user, oldest first. */
  list(caller: IntegrationCaller, userId: string): Promise<TrustedBrowser[]>;
  /** `not_found`, also for a browser of another user. */
  rename(caller: IntegrationCaller, userId: string, id: string, name: string): Promise<TrustedBrowser>;
  /** `not_found`, also for a browser of another user. */
  revoke(caller: IntegrationCaller, userId: string, id: string): Promise<void>;
  /** Ends the trust in every browser of a user, of every integration, e.g. because his password was changed; answers how many there were. */
  revokeAll(caller: IntegrationCaller, userId: string): Promise<number>;
}
