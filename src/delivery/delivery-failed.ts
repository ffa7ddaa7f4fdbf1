import { CountersignError } from '../core/errors.ts';

/** What is known of a failed delivery besides why it failed. */
export interface DeliveryFailureOptions {
  /** The next hop may have taken the message over all the same, e.g. when its answer was cut off. Default false. */
  mayHaveArrived?: boolean;
  /** Nothing will change by trying again: no such recipient, nobody to send it. Default false. */
  permanent?: boolean;
}

/** A message that was not taken over, as far as is known. */
export class DeliveryFailure extends CountersignError {
  readonly mayHaveArrived: boolean;
  readonly permanent: boolean;

  constructor(detail: string, { mayHaveArrived = false, permanent = false }: DeliveryFailureOptions = {}) {
    super('delivery_failed', { detail });
    this.mayHaveArrived = mayHaveArrived;
    this.permanent = permanent;
  }
}

/** @param detail For the log. Never give it a text that may hold the code; for the same reason no cause is kept. */
export function deliveryFailed(detail: string, options?: DeliveryFailureOptions): DeliveryFailure {
  return new DeliveryFailure(detail, options);
}

/** Runs a check of the message; what it refuses as a parameter is a failed delivery here, and will be again. */
export function orDeliveryFailed<Result>(check: () => Result): Result {
  try {
    return check();
  } catch (error) {
    if (error instanceof CountersignError && error.code === 'invalid_parameters') {
      throw deliveryFailed(error.detail ?? 'The message is not valid.', { permanent: true });
    }
    throw error;
  }
}
