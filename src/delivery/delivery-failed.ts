import { CountersignError } from '../core/errors.ts';

/** @param detail For the log. Never give it a text that may hold the code; for the same reason no cause is kept. */
export function deliveryFailed(detail: string): CountersignError {
  return new CountersignError('delivery_failed', { detail });
}

/** Runs a check of the message; what it refuses as a parameter is a failed delivery here. */
export function orDeliveryFailed<Result>(check: () => Result): Result {
  try {
    return check();
  } catch (error) {
    if (error instanceof CountersignError && error.code === 'invalid_parameters') {
      throw deliveryFailed(error.detail ?? 'The message is not valid.');
    }
    throw error;
  }
}
