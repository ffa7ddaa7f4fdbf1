import type { TenantId } from './ids.ts';
import type { Policy } from './policy/policy.ts';

/** A JSON value, as stored and as shown. */
export type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json };
export type JsonObject = { readonly [key: string]: Json };

/** Times everywhere are milliseconds since the Unix epoch; doors turn them into what their wire wants. */
export type Time = number;

/** An organisation. Every row belongs to exactly one. */
export interface Tenant {
  id: TenantId;
  name: string;
  active: boolean;
  createdAt: Time;
  updatedAt: Time;
}

/** A name-space of users inside a tenant. */
export interface Realm {
  id: string;
  tenantId: TenantId;
  name: string;
}

/** One application or appliance that is protected. */
export interface Integration {
  id: string;
  tenantId: TenantId;
  realmId: string;
  name: string;
  notes: string;
  /** Base URL of the protected application; empty when it has none. */
  endpoint: string;
  active: boolean;
  policy: Policy;
  /** The doors it answers at, each with the settings of that door. A door that is not listed is closed. */
  doors: Readonly<Record<string, JsonObject>>;
  /** Configuration of device kinds for this integration, by kind name; merged over the server's. */
  kinds: Readonly<Record<string, JsonObject>>;
  /** It is told of notices, and takes codes, at an endpoint of its own. */
  hasWebhook?: boolean;
  createdAt: Time;
  updatedAt: Time;
}

export type CredentialType = 'token' | 'key';

/** What an integration proves itself with. Two may be active at once, so that one can be rotated without an outage. */
export interface Credential {
  id: string;
  type: CredentialType;
  /** The public half of a `key`; undefined for a token. */
  accessKey?: string;
  createdAt: Time;
  expiresAt?: Time;
}

/** A person who administers a tenant; of the platform's own tenant: the whole installation. */
export interface Administrator {
  id: string;
  tenantId: TenantId;
  login: string;
  email: string;
  firstName: string;
  lastName: string;
  active: boolean;
  createdAt: Time;
  /** Grows with every change, also two in one millisecond. */
  updatedAt: Time;
}

export type UserStatus = 'active' | 'bypass' | 'inactive';

/** The person who proves who he is. */
export interface User {
  id: string;
  tenantId: TenantId;
  realmId: string;
  name: string;
  status: UserStatus;
  createdAt: Time;
  updatedAt: Time;
}

export type DeviceStatus = 'active' | 'suspended';

/** One registered authenticator of a user, without its secrets. */
export interface Device {
  id: string;
  userId: string;
  kind: string;
  name: string;
  status: DeviceStatus;
  /** What the kind tells about the device: digits, masked address, codes left … never a secret. */
  public: JsonObject;
  createdAt: Time;
  lastUsedAt?: Time;
}

export type EnrollmentState = 'new' | 'prepared' | 'completed' | 'failed' | 'expired' | 'cancelled';

/** The process of adding a device. */
export interface Enrollment {
  id: string;
  integrationId: string;
  userName: string;
  userId?: string;
  kind?: string;
  deviceId?: string;
  state: EnrollmentState;
  attemptsLeft: number;
  /** What the user has to see (otpauth URI, QR). Present only while the enrollment is prepared. */
  shown?: JsonObject;
  createdAt: Time;
  expiresAt: Time;
}

export type ChallengeState = 'pending' | 'passed' | 'failed' | 'denied' | 'expired';

/** The process of proving. */
export interface Challenge {
  id: string;
  integrationId: string;
  userId: string;
  deviceId: string;
  kind: string;
  state: ChallengeState;
  attemptsLeft: number;
  /** Free text of the caller, echoed. */
  reference: string;
  shown?: JsonObject;
  /** Set when the message could not be sent: what the integration's fail mode says to do. */
  failMode?: 'open' | 'closed';
  createdAt: Time;
  expiresAt: Time;
}

/** What was done to prove, of which kind, and when: the element that assurance is computed from. */
export interface Method {
  name: string;
  kind: 'knowledge' | 'possession' | 'inherence';
  at: Time;
  deviceId?: string;
  /** The authenticator has itself checked a PIN or a finger (user verification of WebAuthn): the answer proves two factors. */
  userVerified?: boolean;
}

/** Where a request comes from, as the integration tells it. */
export interface BindingContext {
  /** The user's own address, not the integration's. */
  ip?: string;
  /** The language that the user reads, as in `Accept-Language` (BCP 47). Default: English. */
  language?: string;
  browserFingerprint?: string;
  trustedDeviceToken?: string;
}

/** A browser that may skip the second factor of one user at one integration for a time. */
export interface TrustedBrowser {
  id: string;
  integrationId: string;
  userId: string;
  /** What the user calls it. */
  name: string;
  createdAt: Time;
  lastUsedAt?: Time;
  expiresAt: Time;
}

/** One page of a list, and the opaque cursor of the next. */
export interface Page<T> {
  items: T[];
  next?: string;
}
