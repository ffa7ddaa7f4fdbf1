import type { JsonObject } from '../../core/model.ts';
import type { Issued, KindContext, Prepared } from '../device-kind.ts';
import { algorithms } from './cose-key.ts';
import { rpIdOf, type WebauthnConfiguration } from './configuration.ts';
import { requiresUserVerification } from './examine-webauthn.ts';
import type { WebauthnOptions } from './options.ts';
import type { WebauthnCounters, WebauthnCredential, WebauthnSecret } from './state.ts';

type Context = KindContext<WebauthnConfiguration>;

/** Browsers take no longer than this whatever they are told. */
const longestMs = 600_000;

/** Begins an enrollment: PublicKeyCredentialCreationOptionsJSON (WebAuthn §5.4, §5.1.8). */
export function prepareWebauthn(
  { attachment, displayName }: WebauthnOptions,
  ctx: Context,
): Prepared<WebauthnSecret, WebauthnCounters> {
  const { config, policy, user, userHandle } = ctx;
  const challenge = newChallenge(ctx);
  const others = otherCredentials(ctx);
  const appId = others.find((other) => other.appId !== undefined)?.appId;
  const publicKey: JsonObject = {
    rp: { id: rpIdOf(config), name: config.rpName },
    user: { id: userHandle, name: user, displayName: displayName ?? user },
    challenge,
    pubKeyCredParams: algorithms.map((alg) => ({ type: 'public-key', alg })),
    timeout: Math.min(policy.enrollment.lifeSeconds * 1000, longestMs),
    excludeCredentials: others.map(descriptorOf),
    authenticatorSelection: {
      ...(attachment === undefined ? {} : { authenticatorAttachment: attachment }),
      residentKey: config.residentKey,
      requireResidentKey: config.residentKey === 'required',
      userVerification: requiresUserVerification(ctx) ? 'required' : config.userVerification,
    },
    attestation: attestationOf(ctx),
    extensions: { credProps: true, ...(appId === undefined ? {} : { appidExclude: appId }) },
  };
  return {
    state: { secret: {}, counters: { signCount: 0 } },
    kept: { challenge },
    shown: { publicKey },
    deviceName: attachment === 'cross-platform' ? 'Security key' : 'Passkey',
  };
}

/** Begins a challenge: PublicKeyCredentialRequestOptionsJSON (§5.5, §5.1.8). An answer to it is taken once, right or wrong. */
export function issueWebauthn({ credential }: WebauthnSecret, ctx: Context): Issued {
  const challenge = newChallenge(ctx);
  const publicKey: JsonObject = {
    ...requestOptions(challenge, ctx),
    allowCredentials: credential === undefined ? [] : [descriptorOf(credential)],
    userVerification: requiresUserVerification(ctx) ? 'required' : ctx.config.userVerification,
    ...(credential?.appId === undefined ? {} : { extensions: { appid: credential.appId } }),
  };
  return { kept: { challenge }, shown: { publicKey }, attempts: 1 };
}

/** Asks whoever is there: a passkey that the authenticator keeps tells who he is, and proves that it is him. */
export function discoverWebauthn(ctx: Context): Issued {
  const challenge = newChallenge(ctx);
  const publicKey = { ...requestOptions(challenge, ctx), allowCredentials: [], userVerification: 'required' };
  return { kept: { challenge, anyone: true }, shown: { publicKey }, attempts: 1 };
}

function requestOptions(challenge: string, { config, policy }: Context) {
  return { challenge, timeout: Math.min(policy.challenge.lifeSeconds * 1000, longestMs), rpId: rpIdOf(config) };
}

function newChallenge({ random }: Context): string {
  return Buffer.from(random.bytes(32)).toString('base64url');
}

/** The user's other keys, which must not be registered a second time (§5.4.3). */
function otherCredentials({ siblings = [] }: Context): WebauthnCredential[] {
  return siblings.flatMap(({ secret }) => {
    const { credential } = secret as WebauthnSecret; // devices of this kind have no other state
    return credential === undefined ? [] : [credential];
  });
}

function descriptorOf({ id, transports }: WebauthnCredential): JsonObject {
  return { id, type: 'public-key', ...(transports === undefined ? {} : { transports }) };
}

/** Browsers make an authenticator anonymous unless they are asked not to. */
function attestationOf({ config, policy }: Context): string {
  const { allow, deny } = policy.authenticators;
  const minds = allow !== undefined || deny.length > 0;
  return minds && config.attestation !== 'enterprise' ? 'direct' : config.attestation;
}
