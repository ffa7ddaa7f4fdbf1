import type { AuthenticatorTransport } from '@simplewebauthn/server';
import type { Time } from '../../core/model.ts';
import { algorithms, isUsableKey } from './cose-key.ts';
import type { AuthenticationResponse, RegistrationResponse } from './responses.ts';
import { isMakeVouchedFor } from './vouched-make.ts';

/** Loaded with the first ceremony: it takes as long to load as all the rest. */
const simpleWebauthn = () => import('@simplewebauthn/server');

/** The label of an AAGUID that says nothing. */
export const anonymousAaguid = '00000000-0000-0000-0000-000000000000';

/** What was expected of the ceremony. */
interface Expected {
  challenge: string;
  origins: readonly string[];
  /** Pages that may show ours in a frame. Judged by `client-data.ts` for both ceremonies; SimpleWebAuthn looks at one of them. */
  topOrigins: readonly string[];
  /** The RP ID, or the AppID of a key that was registered with the old U2F API. */
  rpId: string;
}

/** What the authenticator says of itself, signed. */
export interface Witnessed {
  signCount: number;
  backupEligible: boolean;
  backedUp: boolean;
  userVerified: boolean;
}

/** A new credential, and how far its make can be believed. */
export interface Registered extends Witnessed {
  id: string;
  /** COSE key, base64url. */
  publicKey: string;
  aaguid: string;
  format: string;
  attested: boolean;
}

/**
 * The registration ceremony (WebAuthn §7.1) as SimpleWebAuthn verifies it. The only file that knows SimpleWebAuthn. Undefined: something is wrong.
 *
 * @param trust the certificates of makers that are believed (PEM), and the time
 */
export async function verifyRegistration(
  { id, rawId, type, response }: RegistrationResponse,
  expected: Expected,
  trust: { roots: readonly string[]; now: Time },
): Promise<Registered | undefined> {
  const { SettingsService, verifyRegistrationResponse } = await simpleWebauthn();
  const attestation = await openAttestation(response.attestationObject);
  const { clientDataJSON } = response;
  const { verified, registrationInfo } = await verifyRegistrationResponse({
    response: {
      id,
      rawId,
      type,
      clientExtensionResults: {},
      response: { clientDataJSON, attestationObject: attestation.object },
    },
    expectedChallenge: expected.challenge,
    expectedOrigin: [...expected.origins],
    expectedRPID: expected.rpId,
    // What is demanded is judged with what was witnessed, where the reason can be told.
    requireUserVerification: false,
    supportedAlgorithmIDs: [...algorithms],
  });
  if (!verified || registrationInfo === undefined) return undefined;
  const { credential, aaguid, userVerified, credentialBackedUp, credentialDeviceType } = registrationInfo;
  // What was registered is what the signed data names, and a key that an offered algorithm can use.
  if (credential.id !== id || !isUsableKey(credential.publicKey)) return undefined;
  const { format, chain } = attestation;
  // Where SimpleWebAuthn knows the one maker there is, he is believed, too.
  const known = followsChains.includes(format)
    ? SettingsService.getRootCertificates({ identifier: format as 'apple' | 'android-key' })
    : [];
  return {
    id: credential.id,
    publicKey: Buffer.from(credential.publicKey).toString('base64url'),
    aaguid,
    format,
    attested: isMakeVouchedFor({ format, aaguid, chain }, [...trust.roots, ...known], trust.now),
    signCount: credential.counter,
    backupEligible: credentialDeviceType === 'multiDevice',
    backedUp: credentialBackedUp,
    userVerified,
  };
}

/**
 * The authentication ceremony (WebAuthn §7.2). The signature counter is not judged here: that takes the device as it is when the answer is
 * accepted. Undefined: something is wrong.
 */
export async function verifyAuthentication(
  { id, rawId, type, response }: AuthenticationResponse,
  credential: { id: string; publicKey: string; transports?: readonly string[] },
  expected: Expected,
): Promise<Witnessed | undefined> {
  const { verifyAuthenticationResponse } = await simpleWebauthn();
  const { clientDataJSON, authenticatorData, signature } = response;
  const { verified, authenticationInfo } = await verifyAuthenticationResponse({
    response: {
      id,
      rawId,
      type,
      clientExtensionResults: {},
      response: { clientDataJSON, authenticatorData, signature },
    },
    credential: {
      id: credential.id,
      publicKey: Uint8Array.from(Buffer.from(credential.publicKey, 'base64url')),
      counter: 0,
      transports: [...(credential.transports ?? [])] as AuthenticatorTransport[],
    },
    expectedChallenge: expected.challenge,
    expectedOrigin: [...expected.origins],
    expectedRPID: expected.rpId,
    expectedTopOrigin: [...expected.topOrigins],
    // What is demanded is judged with what was witnessed, where the reason can be told.
    requireUserVerification: false,
  });
  if (!verified) return undefined;
  const { newCounter, userVerified, credentialBackedUp, credentialDeviceType } = authenticationInfo;
  return {
    signCount: newCounter,
    backupEligible: credentialDeviceType === 'multiDevice',
    backedUp: credentialBackedUp,
    userVerified,
  };
}

interface OpenAttestation {
  /** The object to verify, base64url. */
  object: string;
  format: string;
  /** Certificates that vouch for the make, leaf first. */
  chain: readonly Uint8Array[];
}

/**
 * Reads an attestation object. A statement that cannot be verified without asking the network is left out, as if the browser had kept it
 * to itself: SimpleWebAuthn follows the addresses of revocation lists, and a stranger writes his own certificates.
 */
async function openAttestation(object: string): Promise<OpenAttestation> {
  const { decodeAttestationObject, isoCBOR } = await import('@simplewebauthn/server/helpers');
  const opened = decodeAttestationObject(Uint8Array.from(Buffer.from(object, 'base64url')));
  const format: string = opened.get('fmt');
  const chain = opened.get('attStmt').get('x5c') ?? [];
  const asksNetwork = followsChains.includes(format) && chain.some(namesRevocationList);
  if (verifiable.includes(format) && !asksNetwork) return { object, format, chain };
  const bare = new Map<string, unknown>([
    ['fmt', 'none'],
    ['attStmt', new Map()],
    ['authData', opened.get('authData')],
  ]);
  return { object: Buffer.from(isoCBOR.encode(bare as never)).toString('base64url'), format: 'none', chain: [] };
}

const verifiable = ['none', 'packed', 'fido-u2f', 'tpm', 'android-key', 'apple'];

/** Formats whose chain SimpleWebAuthn itself follows, to the one maker there is. */
const followsChains = ['android-key', 'apple'];

/** The identifier of the extension of RFC 5280 §4.2.1.13, however its length is written. */
const revocationLists = Buffer.from('551d1f', 'hex');

function namesRevocationList(certificate: Uint8Array): boolean {
  return Buffer.from(certificate).includes(revocationLists);
}
