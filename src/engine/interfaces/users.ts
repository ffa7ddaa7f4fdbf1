import type { Device, Page, Time, User, UserStatus } from '../../core/model.ts';
import type { IntegrationCaller } from './caller.ts';
import type { PageOptions } from './page-options.ts';

export interface AccessPassOptions {
  /** Why, for the audit trail: 1 to 500 characters. */
  reason: string;
  /** 600 to 604800. Default: that of the kind's configuration, an hour. */
  lifeSeconds?: number;
}

/** An access pass in the one answer that shows its code. */
export interface IssuedAccessPass {
  code: string;
  expiresAt: Time;
  device: Device;
}

export interface UsersEngine {
  create(caller: IntegrationCaller, options: { name: string; status?: UserStatus }): Promise<User>;
  /** `not_found` unless the user is in the integration's realm. */
  get(caller: IntegrationCaller, id: string): Promise<User>;
  findByName(caller: IntegrationCaller, name: string): Promise<User | undefined>;
  list(caller: IntegrationCaller, page?: PageOptions & { name?: string }): Promise<Page<User>>;
  setStatus(caller: IntegrationCaller, id: string, status: UserStatus): Promise<User>;
  /** Forgives the wrong answers of a user who has run out of guesses. */
  unlock(caller: IntegrationCaller, id: string): Promise<User>;
  /** Removes the user with all devices, enrollments and challenges. */
  remove(caller: IntegrationCaller, id: string): Promise<void>;
  /**
   * Gives somebody who has lost everything a code that works once; one that he has not used is void. He is told of it, and the trail keeps
   * the reason. Errors: `not_found`, `user_inactive`, `invalid_parameters`, `kind_not_allowed` where the policy would not accept it.
   */
  issueAccessPass(caller: IntegrationCaller, id: string, options: AccessPassOptions): Promise<IssuedAccessPass>;
}
