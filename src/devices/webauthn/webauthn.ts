import type { Answer, DeviceKind } from '../device-kind.ts';
import { adoptWebauthn } from './adopt-webauthn.ts';
import { discoverWebauthn, issueWebauthn, prepareWebauthn } from './ask-webauthn.ts';
import { type WebauthnConfiguration, webauthnConfiguration } from './configuration.ts';
import { examineWebauthn } from './examine-webauthn.ts';
import { checkWebauthn, confirmWebauthn } from './judge-webauthn.ts';
import { type WebauthnOptions, webauthnOptions } from './options.ts';
import { authenticationResponse } from './responses.ts';
import type { WebauthnCounters, WebauthnCredential, WebauthnSecret } from './state.ts';

/** Passkeys and security keys: WebAuthn Level 3, and keys of the FIDO U2F API before it. */
export function webauthn(): DeviceKind<WebauthnSecret, WebauthnCounters, WebauthnConfiguration, WebauthnOptions> {
  return {
    name: 'webauthn',
    title: 'Passkey or security key',
    description: 'The telephone, the computer or a key of its own confirms with a touch, a finger or a PIN.',
    configuration: webauthnConfiguration,
    options: webauthnOptions,
    prepare: prepareWebauthn,
    examine: examineWebauthn,
    confirm: ({ kept }, answer, ctx) => confirmWebauthn(kept, answer, ctx),
    issue: ({ secret }, ctx) => issueWebauthn(secret, ctx),
    check: checkWebauthn,
    discover: { issue: discoverWebauthn, nameDevice: credentialIdOf },
    lookup: ({ secret }) => requireCredential(secret).id,
    later: (counters, before) => (before.signCount > counters.signCount ? before : counters),
    // A key of the old U2F API knows no PIN.
    factors: ({ secret: { credential } }) => (credential?.format === 'fido-u2f' ? 1 : 2),
    describe: ({ secret: { credential }, counters }) => {
      if (credential === undefined) return {};
      const { id, aaguid, format, attested, transports, appId } = credential;
      return {
        credentialId: id,
        aaguid,
        attestation: format,
        attested,
        ...(transports === undefined ? {} : { transports }),
        ...(appId === undefined ? {} : { appId }),
        ...(counters.backupEligible === undefined ? {} : { backupEligible: counters.backupEligible }),
        ...(counters.backedUp === undefined ? {} : { backedUp: counters.backedUp }),
      };
    },
    adopt: adoptWebauthn,
  };
}

/** Of a device that is more than prepared. */
function requireCredential({ credential }: WebauthnSecret): WebauthnCredential {
  if (credential === undefined) throw new TypeError('the device has no credential');
  return credential;
}

/** The credential that an answer comes from. */
function credentialIdOf({ response }: Answer): string | undefined {
  return authenticationResponse.safeParse(response).data?.id;
}
