import type { JsonObject } from '../core/model.ts';
import type { Random } from '../core/random.ts';
import type { Cbor } from './cbor.ts';
import type { SoftKey } from './soft-key.ts';

export interface SoftAuthenticatorOptions {
  /** Default ES256. */
  algorithm?: 'ES256' | 'EdDSA';
  /** `self`: signed by the new key itself. `certified`: by a maker. `fido-u2f`: a key of the time before CTAP2. Default `none`. */
  attestation?: 'none' | 'self' | 'certified' | 'fido-u2f';
  /** The make. Default: one that says nothing. */
  aaguid?: string;
  /** Has a PIN or a sensor, and it is right. Default true; a U2F key has none. */
  userVerification?: boolean;
  /** Whether its credentials are synced to other devices. Default: they cannot be. */
  backup?: 'eligible' | 'done';
  /** Counts its signatures. Default true; synced passkeys do not. */
  counts?: boolean;
  /** The maker that vouches for it. Default: one of its own. */
  maker?: { key: SoftKey; certificate: Uint8Array };
  /** Default: the operating system's generator. */
  random?: Random;
}

/** What somebody else than an honest browser and authenticator would say. All of it is signed. */
export interface Claims {
  /** The page. Default `http://localhost:8300`. */
  origin?: string;
  crossOrigin?: boolean;
  topOrigin?: string;
  type?: string;
  challenge?: string;
  rpId?: string;
  userPresent?: boolean;
  userVerified?: boolean;
  backup?: 'none' | 'eligible' | 'done';
  signCount?: number;
  userHandle?: string | null;
  /** Attestation format and statement in place of its own, for what is to be signed. */
  statement?: (credential: SoftCredential, authData: Uint8Array, clientDataHash: Uint8Array) => [string, Cbor];
  /** Registers, or answers with, this credential, whatever was asked for. */
  credential?: SoftCredential;
}

/** One credential of an authenticator. */
export interface SoftCredential {
  /** base64url. */
  id: string;
  key: SoftKey;
  userHandle: string | undefined;
  signCount: number;
}

/** What the old U2F API answers to a registration, and what is in it. */
export interface U2fRegistration {
  registrationData: string;
  keyHandle: string;
  /** The 65 bytes, base64url. */
  publicKey: string;
}

/** An authenticator and its browser, made of software. */
export interface SoftAuthenticator {
  readonly credentials: SoftCredential[];
  /**
   * `navigator.credentials.create`: RegistrationResponseJSON for PublicKeyCredentialCreationOptionsJSON.
   *
   * @throws when one of its credentials is excluded
   */
  create(options: JsonObject, claims?: Claims): JsonObject;
  /**
   * `navigator.credentials.get`: AuthenticationResponseJSON for PublicKeyCredentialRequestOptionsJSON.
   *
   * @throws when it has no credential that is asked for
   */
  get(options: JsonObject, claims?: Claims): JsonObject;
  /** `u2f.register` of the old FIDO U2F API. The key answers as the AppID from then on. */
  registerU2f(appId: string): U2fRegistration;
}

/** What is read of the options of `navigator.credentials.create`. */
export interface CreationOptions {
  rp: { id: string };
  user: { id: string };
  challenge: string;
  excludeCredentials?: readonly { id: string }[];
}

/** The same of `navigator.credentials.get`. */
export interface RequestOptions {
  rpId?: string;
  challenge: string;
  allowCredentials?: readonly { id: string }[];
  extensions?: { appid?: string };
}
