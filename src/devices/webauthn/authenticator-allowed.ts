import type { Policy } from '../../core/policy/policy.ts';
import type { WebauthnCredential } from './state.ts';

/**
 * Whether the policy lets this make of authenticator be used. A make is only believed to be on the list of those allowed when a
 * certificate vouches for it: anybody can claim one.
 */
export function authenticatorAllowed(
  { aaguid, attested }: Pick<WebauthnCredential, 'aaguid' | 'attested'>,
  { allow, deny }: Policy['authenticators'],
): boolean {
  if (deny.includes(aaguid)) return false;
  return allow === undefined || (attested && allow.includes(aaguid));
}
