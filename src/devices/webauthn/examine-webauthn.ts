import type { Json, JsonObject } from '../../core/model.ts';
import type { Answer, Examination, KindContext, RefusalReason } from '../device-kind.ts';
import { type Registered, verifyAuthentication, verifyRegistration, type Witnessed } from './ceremony.ts';
import { refuseClientData } from './client-data.ts';
import { rpIdOf, type WebauthnConfiguration } from './configuration.ts';
import { authenticationResponse, type RegistrationResponse, registrationResponse } from './responses.ts';
import type { WebauthnCounters, WebauthnSecret } from './state.ts';

/** What an enrollment or a challenge keeps. */
export interface KeptCeremony {
  /** 32 random bytes, base64url. */
  challenge: string;
  /** The user has not said who he is: his authenticator has to, and to make sure that it is him. */
  anyone?: boolean;
}

/** What became of an answer ahead of its verdict. */
export type ExaminedRegistration =
  { refused: RefusalReason } | { registered: Registered; transports: readonly string[] | null };
export type ExaminedAuthentication = { refused: RefusalReason } | { witnessed: Witnessed };

type Context = KindContext<WebauthnConfiguration>;
type About = Examination<WebauthnSecret, WebauthnCounters>;

/** Verifies what the authenticator has signed, against what was asked for. */
export async function examineWebauthn(about: About, answer: Answer, ctx: Context): Promise<JsonObject | undefined> {
  const kept = readKept(about.kept);
  if (kept === undefined || answer.response === undefined) return undefined;
  const examined = await (
    about.enrolling
      ? examineRegistration(kept, answer.response, ctx)
      : examineAuthentication(about, kept, answer.response, ctx)
  ).catch(() => ({ refused: 'wrong' }) as const);
  return examined as { [name: string]: Json } & typeof examined; // plain JSON, which the engine hands back as it is
}

/** A ceremony that an enrollment or a challenge has begun. */
export function readKept(kept: JsonObject | undefined): KeptCeremony | undefined {
  const challenge = kept?.['challenge'];
  return typeof challenge === 'string' ? { challenge, anyone: kept?.['anyone'] === true } : undefined;
}

/** Whether the authenticator has to check a PIN or a finger. */
export function requiresUserVerification({ policy, config }: Context): boolean {
  return policy.factors === 2 || config.userVerification === 'required';
}

async function examineRegistration(kept: KeptCeremony, given: unknown, ctx: Context): Promise<ExaminedRegistration> {
  const parsed = registrationResponse.safeParse(given);
  if (!parsed.success) return { refused: 'malformed' };
  const response: RegistrationResponse = parsed.data;
  const expected = { type: 'webauthn.create' as const, challenge: kept.challenge };
  const refused = refuseClientData(response.response.clientDataJSON, expected, ctx.config);
  if (refused !== undefined) return { refused };
  const registered = await verifyRegistration(
    response,
    { ...expectedOf(kept, ctx), rpId: rpIdOf(ctx.config) },
    { roots: ctx.config.attestationRoots, now: ctx.now },
  );
  if (registered === undefined) return { refused: 'wrong' };
  if (requiresUserVerification(ctx) && !registered.userVerified) return { refused: 'user_not_verified' };
  return { registered, transports: response.response.transports ?? null };
}

async function examineAuthentication(
  { state }: About,
  kept: KeptCeremony,
  given: unknown,
  ctx: Context,
): Promise<ExaminedAuthentication> {
  const parsed = authenticationResponse.safeParse(given);
  const { credential } = state.secret;
  if (!parsed.success || credential === undefined) return { refused: 'malformed' };
  const response = parsed.data;
  // The answer has to come from this device, whoever else's key can sign (§7.2 step 5).
  if (response.id !== credential.id) return { refused: 'wrong' };
  // The authenticator names its user where it knows him (§7.2 step 6); nobody else does when the user has not said who he is.
  const named = response.response.userHandle ?? undefined;
  const isOwner = named === undefined ? kept.anyone !== true : named === (credential.userHandle ?? ctx.userHandle);
  if (!isOwner) return { refused: 'wrong' };
  const expected = { type: 'webauthn.get' as const, challenge: kept.challenge };
  const refused = refuseClientData(response.response.clientDataJSON, expected, ctx.config);
  if (refused !== undefined) return { refused };
  // The AppID only where the extension was asked for and used (§10.1.1).
  const usesAppId = credential.appId !== undefined && response.clientExtensionResults.appid === true;
  const rpId = usesAppId ? credential.appId : rpIdOf(ctx.config);
  const witnessed = await verifyAuthentication(response, credential, {
    ...expectedOf(kept, ctx),
    rpId: rpId ?? '',
  });
  if (witnessed === undefined) return { refused: 'wrong' };
  const mustVerify = requiresUserVerification(ctx) || kept.anyone === true;
  if (mustVerify && !witnessed.userVerified) return { refused: 'user_not_verified' };
  return { witnessed };
}

function expectedOf({ challenge }: KeptCeremony, { config }: Context) {
  return { challenge, origins: config.origins, topOrigins: config.topOrigins };
}
