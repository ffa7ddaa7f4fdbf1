import type { BindingContext, Device, Enrollment, JsonObject, Page, User } from '../../core/model.ts';
import type { Answer } from '../../devices/device-kind.ts';
import type { IntegrationCaller } from './caller.ts';
import type { PageOptions } from './page-options.ts';

export interface BeginEnrollmentOptions {
  user: string;
  /** `refuse` answers `user_exists` when the user has a device: now, and again when the enrollment completes. Default `add`. */
  ifUserExists?: 'refuse' | 'add';
  /** Wrong answers after which it fails; never more than the policy's. */
  attempts?: number;
  context?: BindingContext;
}

export interface PrepareEnrollmentOptions {
  kind: string;
  options?: JsonObject;
  /** Name of the device; the kind's own default otherwise. */
  deviceName?: string;
  /** Digits of a sent code where the policy says nothing. */
  codeDigits?: number;
  context?: BindingContext;
}

export interface EnrollmentsEngine {
  begin(caller: IntegrationCaller, options: BeginEnrollmentOptions): Promise<Enrollment>;
  get(caller: IntegrationCaller, id: string): Promise<Enrollment>;
  list(caller: IntegrationCaller, page?: PageOptions & { state?: string; user?: string }): Promise<Page<Enrollment>>;
  /**
   * Chooses and starts a device. Errors: `not_found`, `kind_unknown`, `wrong_state`, `enrollment_expired`, `kind_not_allowed`, `mail_domain_not_allowed`,
   * `invalid_parameters` (options), `delivery_failed` (the enrollment has failed then), `too_many_messages`.
   */
  prepare(caller: IntegrationCaller, id: string, options: PrepareEnrollmentOptions): Promise<Enrollment>;
  /**
   * Judges the first answer. A wrong answer costs an attempt and resolves with `accepted: false`.
   * Errors: `not_found`, `wrong_state`, `enrollment_expired`, `user_exists`, `too_many_attempts`.
   */
  complete(
    caller: IntegrationCaller,
    id: string,
    answer: Answer,
  ): Promise<{ accepted: boolean; enrollment: Enrollment; user?: User; device?: Device }>;
  cancel(caller: IntegrationCaller, id: string): Promise<Enrollment>;
  /**
   * Takes back the choice of a device, so that another can be prepared: what was shown and sent is void, the attempts stay spent. One
   * that is new already stays as it is. Errors: `not_found`, `wrong_state`, `enrollment_expired`.
   */
  restart(caller: IntegrationCaller, id: string): Promise<Enrollment>;
  /** Ends a `new` or `prepared` enrollment as failed; leaves a final one as it is. */
  fail(caller: IntegrationCaller, id: string, reason: string): Promise<Enrollment>;
}
