import { type Browser, type BrowserContext, type CDPSession, chromium, type Page } from 'playwright-core';

export interface BrowserOptions {
  /** Every `*.domain` (and the domain itself) leads to this machine, e.g. `example.test`. */
  localDomain?: string;
  /** Takes every certificate for good, as WebAuthn wants it. Default false. */
  trustCertificates?: boolean;
}

/** Debian's Chromium without a window and without a word to anybody outside. The caller closes it. */
export function launchBrowser({ localDomain, trustCertificates = false }: BrowserOptions = {}): Promise<Browser> {
  const rules = localDomain === undefined ? [] : [`MAP ${localDomain} 127.0.0.1`, `MAP *.${localDomain} 127.0.0.1`];
  return chromium.launch({
    executablePath: '/usr/bin/chromium',
    headless: true,
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-dev-shm-usage',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
      '--no-first-run',
      ...(trustCertificates ? ['--ignore-certificate-errors'] : []),
      ...(rules.length === 0 ? [] : [`--host-resolver-rules=${rules.join(', ')}`]),
    ],
  });
}

/** What a virtual authenticator can do (Chrome DevTools Protocol, domain `WebAuthn`). */
export interface VirtualAuthenticatorOptions {
  protocol?: 'ctap2' | 'u2f';
  transport?: 'usb' | 'nfc' | 'ble' | 'hybrid' | 'internal';
  residentKey?: boolean;
  /** Has a PIN or a sensor. */
  userVerification?: boolean;
  /** The PIN or the finger is right. */
  verified?: boolean;
  /** Synced to other machines of its owner. */
  backedUp?: boolean;
  /** Somebody touches it at once. Default true. */
  touched?: boolean;
}

/** A credential in a virtual authenticator. Bytes are base64. */
export interface VirtualCredential {
  credentialId: string;
  isResidentCredential: boolean;
  /** The RP ID, or the AppID of a key that was registered with the old U2F API. */
  rpId?: string;
  /** PKCS #8. */
  privateKey: string;
  userHandle?: string;
  signCount: number;
}

/** The authenticators of one page. */
export interface VirtualAuthenticators {
  add(options?: VirtualAuthenticatorOptions): Promise<string>;
  remove(id: string): Promise<void>;
  addCredential(id: string, credential: VirtualCredential): Promise<void>;
  credentials(id: string): Promise<VirtualCredential[]>;
  /** The PIN or the finger of this authenticator is right from now on, or wrong. */
  setVerified(id: string, verified: boolean): Promise<void>;
  session: CDPSession;
}

/** Gives a page authenticators that are made of software: none at first. */
export async function virtualAuthenticators(context: BrowserContext, page: Page): Promise<VirtualAuthenticators> {
  const session = await context.newCDPSession(page);
  await session.send('WebAuthn.enable', { enableUI: false });
  return {
    session,
    async add(options = {}) {
      const { protocol = 'ctap2', transport = 'usb', residentKey = false, backedUp = false } = options;
      const { userVerification = false, verified = userVerification, touched = true } = options;
      const { authenticatorId } = await session.send('WebAuthn.addVirtualAuthenticator', {
        options: {
          protocol,
          ...(protocol === 'ctap2' ? { ctap2Version: 'ctap2_1' as const } : {}),
          transport,
          hasResidentKey: residentKey,
          hasUserVerification: userVerification,
          isUserVerified: verified,
          automaticPresenceSimulation: touched,
          ...(protocol === 'ctap2' ? { defaultBackupEligibility: backedUp, defaultBackupState: backedUp } : {}),
        },
      });
      return authenticatorId;
    },
    async remove(authenticatorId) {
      await session.send('WebAuthn.removeVirtualAuthenticator', { authenticatorId });
    },
    async addCredential(authenticatorId, credential) {
      await session.send('WebAuthn.addCredential', { authenticatorId, credential });
    },
    async credentials(authenticatorId) {
      return (await session.send('WebAuthn.getCredentials', { authenticatorId })).credentials;
    },
    async setVerified(authenticatorId, isUserVerified) {
      await session.send('WebAuthn.setUserVerified', { authenticatorId, isUserVerified });
    },
  };
}
