import { invalidParameter } from '../../core/errors.ts';
import type { JsonObject } from '../../core/model.ts';
import type { KindContext, Prepared } from '../device-kind.ts';
import { readOptions } from '../read-options.ts';
import { anonymousAaguid } from './ceremony.ts';
import type { WebauthnConfiguration } from './configuration.ts';
import { isUsableKey } from './cose-key.ts';
import { type AdoptOptions, adoptOptions } from './options.ts';
import type { WebauthnCounters, WebauthnCredential, WebauthnSecret } from './state.ts';
import { coseOfU2fKey, readU2fRegistration } from './u2f-registration.ts';

/** Takes over a credential that exists already: of another server with the same RP ID, or of the old FIDO U2F API. */
export function adoptWebauthn(
  options: JsonObject,
  { config }: KindContext<WebauthnConfiguration>,
): Prepared<WebauthnSecret, WebauthnCounters> {
  const read: AdoptOptions = readOptions(adoptOptions, options);
  const credential = 'credentialId' in read ? existingCredential(read) : u2fCredential(read, config);
  return {
    state: { secret: { credential }, counters: { signCount: read.counter } },
    deviceName: credential.appId === undefined ? 'Passkey' : 'Security key',
  };
}

function existingCredential(read: Extract<AdoptOptions, { credentialId: string }>): WebauthnCredential {
  const { credentialId: id, publicKey, transports, aaguid = anonymousAaguid, userHandle } = read;
  if (!isUsableKey(Buffer.from(publicKey, 'base64url')))
    throw invalidParameter('publicKey', 'must be a COSE key of EdDSA, ES256, ES384, ES512 or RS256');
  return {
    id,
    publicKey,
    aaguid,
    format: 'none',
    attested: false,
    ...(transports === undefined ? {} : { transports }),
    ...(userHandle === undefined ? {} : { userHandle }),
  };
}

function u2fCredential(
  read: Exclude<AdoptOptions, { credentialId: string }>,
  config: WebauthnConfiguration,
): WebauthnCredential {
  const { publicKey, keyHandle } = 'keyHandle' in read ? bytesOf(read) : registrationOf(read.registrationData);
  const cose = coseOfU2fKey(publicKey);
  if (cose === undefined) throw invalidParameter('publicKey', 'must be the 65 bytes of a point of P-256');
  const appId = read.appId ?? config.appId;
  if (appId === undefined) throw invalidParameter('appId', 'must be given, or configured for the kind webauthn');
  return {
    id: Buffer.from(keyHandle).toString('base64url'),
    publicKey: Buffer.from(cose).toString('base64url'),
    aaguid: anonymousAaguid,
    format: 'fido-u2f',
    attested: false,
    appId,
  };
}

function bytesOf({ publicKey, keyHandle }: { publicKey: string; keyHandle: string }) {
  return { publicKey: Buffer.from(publicKey, 'base64url'), keyHandle: Buffer.from(keyHandle, 'base64url') };
}

function registrationOf(data: string) {
  const registration = readU2fRegistration(Buffer.from(data, 'base64url'));
  if (registration === undefined) throw invalidParameter('registrationData', 'must be a raw U2F registration message');
  return registration;
}
