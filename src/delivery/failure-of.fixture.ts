import { CountersignError } from '../core/errors.ts';

/** The error with which a delivery has to fail, and everything that a log would show of it. */
export async function failureOf(delivering: Promise<void>): Promise<{ error: CountersignError; logged: string }> {
  try {
    await delivering;
  } catch (error) {
    if (!(error instanceof CountersignError)) throw error;
    const { code, detail, message, stack, cause, issues } = error;
    return { error, logged: JSON.stringify({ code, detail, message, stack, issues, cause: String(cause) }) };
  }
  throw new Error('The message was delivered.');
}
