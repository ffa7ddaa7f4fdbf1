import type { BindingContext, JsonObject, Time } from '../../core/model.ts';
import type { IntegrationCaller } from './caller.ts';
import type { Outcome } from './outcome.ts';

/** The beginning of a sign-in with a passkey. */
export interface PasskeyRequest {
  /** Carries what was asked to {@link PasskeysEngine.finish}. Good once, for an answer right or wrong. */
  ticket: string;
  /** PublicKeyCredentialRequestOptionsJSON (WebAuthn §5.1.8) for `navigator.credentials.get`. */
  publicKey: JsonObject;
  expiresAt: Time;
}

/** Sign-in without a user name: the passkey says who he is, and that it is him (user verification is demanded). */
export interface PasskeysEngine {
  /** Asks nobody in particular; nothing is stored. Errors: `kind_not_allowed`. */
  begin(caller: IntegrationCaller): Promise<PasskeyRequest>;
  /**
   * `response` is an AuthenticationResponseJSON. An unknown passkey is refused as a wrong answer is. Errors: `ticket_invalid` (forged, run
   * out, used before, of another integration), `too_many_attempts`, `unavailable`.
   */
  finish(
    caller: IntegrationCaller,
    options: { ticket: string; response: unknown; context?: BindingContext },
  ): Promise<Outcome>;
}
