import type { PortalRequest } from '../tickets.ts';

/** Why the browser comes back without a result. */
export type ReturnError = 'cancelled' | 'denied' | 'failed' | 'expired' | 'already_returned';

/**
 * The address the integration gets its answer at: its return URL with `result`, or with `error`, and with `state`. Undefined when it has
 * given none. Parameters of these names that the URL has already are replaced, so that nobody can read the wrong one.
 */
export function returnAddress(
  { returnUrl, state }: PortalRequest,
  answer: { result: string } | { error: ReturnError },
): string | undefined {
  if (returnUrl === undefined) return undefined;
  const url = new URL(returnUrl);
  for (const name of ['result', 'error', 'state']) url.searchParams.delete(name);
  for (const [name, value] of Object.entries(answer)) url.searchParams.set(name, value);
  if (state !== undefined) url.searchParams.set('state', state);
  return url.href;
}
