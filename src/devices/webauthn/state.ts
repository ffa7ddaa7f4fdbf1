/** What we know of one credential of an authenticator. */
export interface WebauthnCredential {
  /** base64url, up to 1023 bytes. */
  id: string;
  /** COSE key (RFC 9052 §7), base64url. */
  publicKey: string;
  /** How the browser reaches the authenticator. */
  transports?: readonly string[];
  /** The make of the authenticator. */
  aaguid: string;
  /** Format of the attestation statement. */
  format: string;
  /** The make is vouched for by a certificate that ends in one we believe. */
  attested: boolean;
  /** Set when the key was registered with the old U2F API: it answers as this AppID. */
  appId?: string;
  /** The user handle that the authenticator has, where it is not the one that we give. */
  userHandle?: string;
}

export interface WebauthnSecret {
  /** Absent while the enrollment is prepared. */
  credential?: WebauthnCredential;
}

/** What changes with every answer. */
export interface WebauthnCounters {
  /** Signature counter (WebAuthn §6.1.1); 0 of authenticators that do not count. */
  signCount: number;
  /** The credential may be synced to other devices of its owner; unknown for a credential from elsewhere until its first answer. */
  backupEligible?: boolean;
  /** It is. */
  backedUp?: boolean;
}
