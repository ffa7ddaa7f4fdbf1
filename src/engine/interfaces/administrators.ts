import type { Administrator, Time } from '../../core/model.ts';
import type { Caller } from './caller.ts';

export interface NewAdministratorOptions {
  /** Unique in the whole installation. Default: the e-mail address. */
  login?: string;
  email: string;
  firstName: string;
  lastName: string;
  password: string;
}

export interface AdministratorChanges {
  /** An inactive administrator is let in nowhere. */
  active?: boolean;
  password?: string;
}

export interface AdministratorsEngine {
  create(caller: Caller, options: NewAdministratorOptions): Promise<Administrator>;
  list(caller: Caller): Promise<Administrator[]>;
  /**
   * Changes an administrator of the caller's tenant, at once and for good: what ran with the old password or before he became inactive
   * is let in no more. Both end all his tokens. Errors: `not_found`, `invalid_parameters`, `wrong_state` for a platform administrator
   * who would leave nobody active there.
   */
  update(caller: Caller, id: string, changes: AdministratorChanges): Promise<Administrator>;
  /** {@link update} of `active` alone. */
  setActive(caller: Caller, id: string, active: boolean): Promise<Administrator>;
  /** {@link update} of `password` alone. */
  setPassword(caller: Caller, id: string, password: string): Promise<Administrator>;
  /** Ends all bearer tokens of an administrator of the caller's tenant. */
  revokeTokens(caller: Caller, id: string): Promise<void>;
  /**
   * Login and password. Unknown logins cost the same time as wrong passwords; guesses are paid for. Undefined: refused. Errors:
   * `too_many_attempts` when the source has none left, for whichever login; `unavailable`.
   */
  authenticate(login: string, password: string, source: string | undefined): Promise<Administrator | undefined>;
  /** An administrator's bearer token (`csa_…`). */
  authenticateToken(token: string): Promise<Administrator | undefined>;
  /**
   * A bearer token that is good for a year. With `unchangedSince` (the `updatedAt` of an administrator who has just proven himself) only
   * for one whose proof still holds. Errors: `not_found`, `unauthorized`, `wrong_state` when he is inactive.
   */
  issueToken(
    caller: Caller,
    administratorId: string,
    options?: { unchangedSince?: Time },
  ): Promise<{ token: string; expiresAt: Time }>;
}
