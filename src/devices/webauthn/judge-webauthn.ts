import type { JsonObject } from '../../core/model.ts';
import type { Answer, DeviceState, KindContext, Verdict } from '../device-kind.ts';
import { authenticatorAllowed } from './authenticator-allowed.ts';
import type { Witnessed } from './ceremony.ts';
import type { WebauthnConfiguration } from './configuration.ts';
import { type ExaminedAuthentication, type ExaminedRegistration, readKept } from './examine-webauthn.ts';
import type { WebauthnCounters, WebauthnCredential, WebauthnSecret } from './state.ts';

type Context = KindContext<WebauthnConfiguration>;
type State = DeviceState<WebauthnSecret, WebauthnCounters>;
type Judged = Verdict<WebauthnSecret, WebauthnCounters>;

/** Judges the answer that completes an enrollment. */
export function confirmWebauthn(kept: JsonObject | undefined, { examined }: Answer, ctx: Context): Judged {
  if (readKept(kept) === undefined) return { accepted: false, reason: 'not_answerable' };
  if (examined === undefined) return { accepted: false, reason: 'malformed' };
  const outcome = examined as unknown as ExaminedRegistration; // what examine resolved with: the engine alone puts it there
  if ('refused' in outcome) return { accepted: false, reason: outcome.refused };
  const { id, publicKey, aaguid, format, attested, ...witnessed } = outcome.registered;
  const credential: WebauthnCredential = {
    id,
    publicKey,
    aaguid,
    format,
    attested,
    ...(outcome.transports === null ? {} : { transports: outcome.transports }),
  };
  if (!authenticatorAllowed(credential, ctx.policy.authenticators)) {
    return { accepted: false, reason: 'not_allowed', refusal: 'authenticator_not_allowed' };
  }
  return accept({ credential }, witnessed, ctx);
}

/** Judges an answer to a challenge. */
export function checkWebauthn(
  { secret, counters }: State,
  kept: JsonObject | undefined,
  { examined }: Answer,
  ctx: Context,
): Judged {
  if (readKept(kept) === undefined) return { accepted: false, reason: 'not_answerable' };
  if (examined === undefined) return { accepted: false, reason: 'malformed' };
  if (secret.credential === undefined) return { accepted: false, reason: 'not_answerable' };
  const outcome = examined as unknown as ExaminedAuthentication; // what examine resolved with: the engine alone puts it there
  if ('refused' in outcome) return { accepted: false, reason: outcome.refused };
  const { witnessed } = outcome;
  if (!authenticatorAllowed(secret.credential, ctx.policy.authenticators)) {
    return { accepted: false, reason: 'not_allowed' };
  }
  // Whether a credential may be synced never changes (§6.1.3, §7.2 step 19).
  const { backupEligible = witnessed.backupEligible, signCount } = counters;
  if (backupEligible !== witnessed.backupEligible) return { accepted: false, reason: 'wrong' };
  // A counter that does not rise is a copy of the key, or an answer that was given before (§6.1.1, §7.2 step 22).
  const counts = signCount > 0 || witnessed.signCount > 0;
  if (counts && witnessed.signCount <= signCount) return { accepted: false, reason: 'replayed' };
  return accept(secret, witnessed, ctx);
}

function accept(secret: WebauthnSecret, witnessed: Witnessed, { now }: Context): Judged {
  const { signCount, backupEligible, backedUp, userVerified } = witnessed;
  return {
    accepted: true,
    next: { secret, counters: { signCount, backupEligible, backedUp } },
    method: { name: 'webauthn', kind: 'possession', at: now, userVerified },
  };
}
