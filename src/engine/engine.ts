import type { KeyObject } from 'node:crypto';
import type { TenantId } from '../core/ids.ts';
import type {
  Administrator,
  BindingContext,
  Challenge,
  Credential,
  Device,
  DeviceStatus,
  Enrollment,
  Integration,
  Json,
  JsonObject,
  Method,
  Page,
  Realm,
  Tenant,
  Time,
  TrustedBrowser,
  User,
  UserStatus,
} from '../core/model.ts';
import type { Decision } from '../core/policy/decide.ts';
import type { PolicyOptions } from '../core/policy/policy.ts';
import type { TenantSettingName, TenantSettings } from '../core/settings/tenant-settings.ts';
import type { AuditHead, AuditRow } from '../audit/index.ts';
import type { WebhookOptions } from '../core/webhook.ts';
import type { Answer, DeviceKinds } from '../devices/device-kind.ts';

/** Who acts: the subject of an audit row. */
export interface Actor {
  /** `user`: the person himself, on a page. */
  type: 'integration' | 'administrator' | 'user' | 'system';
  id: string;
}

/** On whose behalf a call is made: the tenant it is confined to, and what the audit trail says about it. */
export interface Caller {
  tenant: TenantId;
  actor: Actor;
  /** The door the request came through, e.g. `rest`. */
  door: string;
  /** The network address the request came from. */
  source?: string;
}

/** A caller that speaks for an integration: its policy, realm and kinds apply. */
export interface IntegrationCaller extends Caller {
  integration: Integration;
}

/** The outcome of an answer. A refusal does not say why: the reason is in the audit trail only (design law 8). */
export type Outcome =
  | { accepted: true; user: User; device: Device; method: Method; auditId: string }
  | { accepted: false; replayed?: true };

export interface PageOptions {
  /** 1 … 500, default 50. */
  limit?: number;
  /** The `next` of the page before. */
  cursor?: string;
}

/** What an integration presents. */
export type PresentedCredential = { token: string } | { accessKey: string; secretKey: string };

/** A credential in the one answer that shows its secret. */
export interface NewCredential extends Credential {
  token?: string;
  secretKey?: string;
}

export interface NewIntegrationOptions {
  name: string;
  notes?: string;
  endpoint?: string;
  policy?: PolicyOptions;
  doors?: Record<string, JsonObject>;
  kinds?: Record<string, JsonObject>;
  /** `shared` uses the tenant's default realm, `own` (or a name) makes or takes a realm of its own. Default `shared`. */
  realm?: 'shared' | 'own' | { name: string };
  /** Keeps the secret key sealed instead of hashed, so that it can be read again. For doors whose contract asks for it. */
  readableSecretKey?: boolean;
}

export interface IntegrationChanges {
  name?: string;
  notes?: string;
  endpoint?: string;
  active?: boolean;
  /** Replaces the whole policy. */
  policy?: PolicyOptions;
  /** Replaces the whole list of doors. */
  doors?: Record<string, JsonObject>;
  kinds?: Record<string, JsonObject>;
}

export interface NewAdministratorOptions {
  /** Unique in the whole installation. Default: the e-mail address. */
  login?: string;
  email: string;
  firstName: string;
  lastName: string;
  password: string;
}

export interface AdministratorChanges {
  /** An inactive administrator is let in nowhere. */
  active?: boolean;
  password?: string;
}

/** A device in the one answer that shows what its owner needs (URI, QR text, recovery codes). */
export interface NewDevice {
  device: Device;
  shown?: JsonObject;
}

export interface ProvisionedDeviceOptions {
  kind: string;
  name?: string;
  /** The kind's options for an existing secret: `secret`, `algorithm`, `digits`, `period`, `counter` …; without a secret a new one is made. */
  options?: JsonObject;
  /** Lets {@link DevicesEngine.provisioningUri} and {@link DevicesEngine.currentCode} read it later. Default false. */
  readable?: boolean;
}

export interface ProvisionOptions {
  user: string;
  /** `refuse` answers `user_exists` when the user has a device already, also when two ask at the same time. Default `add`. */
  ifUserExists?: 'refuse' | 'add';
  devices: readonly ProvisionedDeviceOptions[];
}

export interface TenantsEngine {
  /** Creates a tenant with its default realm, and its first administrator in the same transaction. `already_exists` names the field. */
  create(
    caller: Caller,
    options: { name: string; administrator?: NewAdministratorOptions },
  ): Promise<{ tenant: Tenant; administrator?: Administrator }>;
  list(caller: Caller, page?: PageOptions): Promise<Page<Tenant>>;
  get(id: TenantId): Promise<Tenant | undefined>;
  findByName(name: string): Promise<Tenant | undefined>;
  setActive(caller: Caller, id: TenantId, active: boolean): Promise<Tenant>;
}

export interface AdministratorsEngine {
  create(caller: Caller, options: NewAdministratorOptions): Promise<Administrator>;
  list(caller: Caller): Promise<Administrator[]>;
  /**
   * Changes an administrator of the caller's tenant, at once and for good: what ran with the old password or before he became inactive
   * is let in no more. Both end all his tokens. Errors: `not_found`, `invalid_parameters`, `wrong_state` for a platform administrator
   * who would leave nobody active there.
   */
  update(caller: Caller, id: string, changes: AdministratorChanges): Promise<Administrator>;
  /** {@link update} of `active` alone. */
  setActive(caller: Caller, id: string, active: boolean): Promise<Administrator>;
  /** {@link update} of `password` alone. */
  setPassword(caller: Caller, id: string, password: string): Promise<Administrator>;
  /** Ends all bearer tokens of an administrator of the caller's tenant. */
  revokeTokens(caller: Caller, id: string): Promise<void>;
  /**
   * Login and password. Unknown logins cost the same time as wrong passwords; guesses are paid for. Undefined: refused. Errors:
   * `too_many_attempts` when the source has none left, for whichever login; `unavailable`.
   */
  authenticate(login: string, password: string, source: string | undefined): Promise<Administrator | undefined>;
  /** An administrator's bearer token (`csa_…`). */
  authenticateToken(token: string): Promise<Administrator | undefined>;
  /**
   * A bearer token that is good for a year. With `unchangedSince` (the `updatedAt` of an administrator who has just proven himself) only
   * for one whose proof still holds. Errors: `not_found`, `unauthorized`, `wrong_state` when he is inactive.
   */
  issueToken(
    caller: Caller,
    administratorId: string,
    options?: { unchangedSince?: Time },
  ): Promise<{ token: string; expiresAt: Time }>;
}

export interface IntegrationsEngine {
  /** Undefined: refused. A wrong secret and an unknown key take the same path and time. */
  authenticate(credential: PresentedCredential): Promise<Integration | undefined>;
  create(
    caller: Caller,
    options: NewIntegrationOptions,
  ): Promise<{ integration: Integration; token: string; accessKey: string; secretKey: string }>;
  list(caller: Caller, page?: PageOptions): Promise<Page<Integration>>;
  get(caller: Caller, id: string): Promise<Integration>;
  update(caller: Caller, id: string, changes: IntegrationChanges): Promise<Integration>;
  remove(caller: Caller, id: string): Promise<void>;
  credentials(caller: Caller, id: string): Promise<Credential[]>;
  /** Adds a second credential of the type; a third is refused (`wrong_state`) until one is revoked. */
  rotate(caller: Caller, id: string, type: 'token' | 'key'): Promise<NewCredential>;
  revoke(caller: Caller, id: string, credentialId: string): Promise<void>;
  /** The secret keys that were created readable, newest first; every reading is audited. */
  readSecretKeys(
    caller: Caller,
  ): Promise<{ integrationId: string; accessKey: string; secretKey: string | undefined }[]>;
  realms(caller: Caller): Promise<Realm[]>;
}

export interface AccessPassOptions {
  /** Why, for the audit trail: 1 to 500 characters. */
  reason: string;
  /** 600 to 604800. Default: that of the kind's configuration, an hour. */
  lifeSeconds?: number;
}

/** An access pass in the one answer that shows its code. */
export interface IssuedAccessPass {
  code: string;
  expiresAt: Time;
  device: Device;
}

export interface UsersEngine {
  create(caller: IntegrationCaller, options: { name: string; status?: UserStatus }): Promise<User>;
  /** `not_found` unless the user is in the integration's realm. */
  get(caller: IntegrationCaller, id: string): Promise<User>;
  findByName(caller: IntegrationCaller, name: string): Promise<User | undefined>;
  list(caller: IntegrationCaller, page?: PageOptions & { name?: string }): Promise<Page<User>>;
  setStatus(caller: IntegrationCaller, id: string, status: UserStatus): Promise<User>;
  /** Forgives the wrong answers of a user who has run out of guesses. */
  unlock(caller: IntegrationCaller, id: string): Promise<User>;
  /** Removes the user with all devices, enrollments and challenges. */
  remove(caller: IntegrationCaller, id: string): Promise<void>;
  /**
   * Gives somebody who has lost everything a code that works once; one that he has not used is void. He is told of it, and the trail keeps
   * the reason. Errors: `not_found`, `user_inactive`, `invalid_parameters`, `kind_not_allowed` where the policy would not accept it.
   */
  issueAccessPass(caller: IntegrationCaller, id: string, options: AccessPassOptions): Promise<IssuedAccessPass>;
}

export interface DevicesEngine {
  list(caller: IntegrationCaller, userId: string): Promise<Device[]>;
  get(caller: IntegrationCaller, id: string): Promise<Device>;
  /** The device to which its kind gave this name ({@link DeviceKind.lookup}), of a user of the integration's realm, whether active or not. */
  findByLookup(
    caller: IntegrationCaller,
    kind: string,
    name: string,
  ): Promise<{ user: User; device: Device } | undefined>;
  rename(caller: IntegrationCaller, id: string, name: string): Promise<Device>;
  setStatus(caller: IntegrationCaller, id: string, status: DeviceStatus): Promise<Device>;
  /**
   * Where messages to a device go from now on, e.g. the push subscription of a browser. Errors: `not_found`, `wrong_state` (its kind has no
   * address that can change), `invalid_parameters`, `conflict` (it was changed at the same time).
   */
  readdress(caller: IntegrationCaller, id: string, address: JsonObject): Promise<Device>;
  remove(caller: IntegrationCaller, id: string): Promise<void>;
  /** Makes devices active at once, without an enrollment: import of existing secrets, provisioning by a trusted caller. One transaction. */
  provision(caller: IntegrationCaller, options: ProvisionOptions): Promise<{ user: User; devices: NewDevice[] }>;
  /** The same for many users, in transactions of bounded size; `onProgress` is told how many are done. Rows that fail are reported, the rest goes on. */
  provisionMany(
    caller: IntegrationCaller,
    rows: AsyncIterable<ProvisionOptions & { row: number }> | Iterable<ProvisionOptions & { row: number }>,
    onProgress?: (done: number) => void,
  ): Promise<{ done: number; failed: { row: number; message: string }[] }>;
  /** Replaces the user's recovery codes; of two at the same time one gets `conflict`. */
  regenerateRecoveryCodes(caller: IntegrationCaller, userId: string, options?: JsonObject): Promise<NewDevice>;
  /** Two consecutive codes set a counter that has run away. Costs a guess. */
  resynchronize(caller: IntegrationCaller, id: string, answers: readonly [Answer, Answer]): Promise<Outcome>;
  /** The provisioning URI of a device that was created readable; `not_found` otherwise. Audited. */
  provisioningUri(
    caller: IntegrationCaller,
    userName: string,
    kind: string,
    label: { issuer: string; account: string },
  ): Promise<string>;
  /** The code that is valid now, of a device that was created readable; `not_found` otherwise. Audited. */
  currentCode(caller: IntegrationCaller, userName: string, kind: string): Promise<string>;
}

export interface BeginEnrollmentOptions {
  user: string;
  /** `refuse` answers `user_exists` when the user has a device: now, and again when the enrollment completes. Default `add`. */
  ifUserExists?: 'refuse' | 'add';
  /** Wrong answers after which it fails; never more than the policy's. */
  attempts?: number;
  context?: BindingContext;
}

export interface PrepareEnrollmentOptions {
  kind: string;
  options?: JsonObject;
  /** Name of the device; the kind's own default otherwise. */
  deviceName?: string;
  /** Digits of a sent code where the policy says nothing. */
  codeDigits?: number;
  context?: BindingContext;
}

export interface EnrollmentsEngine {
  begin(caller: IntegrationCaller, options: BeginEnrollmentOptions): Promise<Enrollment>;
  get(caller: IntegrationCaller, id: string): Promise<Enrollment>;
  list(caller: IntegrationCaller, page?: PageOptions & { state?: string; user?: string }): Promise<Page<Enrollment>>;
  /**
   * Chooses and starts a device. Errors: `not_found`, `kind_unknown`, `wrong_state`, `enrollment_expired`, `kind_not_allowed`, `mail_domain_not_allowed`,
   * `invalid_parameters` (options), `delivery_failed` (the enrollment has failed then), `too_many_messages`.
   */
  prepare(caller: IntegrationCaller, id: string, options: PrepareEnrollmentOptions): Promise<Enrollment>;
  /**
   * Judges the first answer. A wrong answer costs an attempt and resolves with `accepted: false`.
   * Errors: `not_found`, `wrong_state`, `enrollment_expired`, `user_exists`, `too_many_attempts`.
   */
  complete(
    caller: IntegrationCaller,
    id: string,
    answer: Answer,
  ): Promise<{ accepted: boolean; enrollment: Enrollment; user?: User; device?: Device }>;
  cancel(caller: IntegrationCaller, id: string): Promise<Enrollment>;
  /**
   * Takes back the choice of a device, so that another can be prepared: what was shown and sent is void, the attempts stay spent. One
   * that is new already stays as it is. Errors: `not_found`, `wrong_state`, `enrollment_expired`.
   */
  restart(caller: IntegrationCaller, id: string): Promise<Enrollment>;
  /** Ends a `new` or `prepared` enrollment as failed; leaves a final one as it is. */
  fail(caller: IntegrationCaller, id: string, reason: string): Promise<Enrollment>;
}

export interface IssueChallengeOptions {
  user: string;
  /** Default: the user's only usable device, else the most recently used or enrolled one. */
  deviceId?: string;
  reference?: string;
  attempts?: number;
  codeDigits?: number;
  context?: BindingContext;
}

/** A challenge that waits for a device, as the owner of the device may see it: never what is shown where it was asked for. */
export interface PendingQuestion {
  id: string;
  integrationId: string;
  /** Who asks: the name of the integration. */
  integration: string;
  reference: string;
  /** The address from which somebody signs in, where the integration told it. */
  ip?: string;
  createdAt: Time;
  expiresAt: Time;
}

export interface ChallengesEngine {
  /**
   * Errors: `not_found` (no such user in the realm), `no_device`, `user_inactive`, `too_many_messages`, `too_many_attempts`. A message that
   * cannot be delivered resolves with state `failed` and the integration's fail mode.
   */
  issue(caller: IntegrationCaller, options: IssueChallengeOptions): Promise<Challenge>;
  get(caller: IntegrationCaller, id: string): Promise<Challenge>;
  list(caller: IntegrationCaller, page?: PageOptions & { state?: string; user?: string }): Promise<Page<Challenge>>;
  /** What waits for a device of the integration's realm, asked by any integration of it, newest first. Errors: `not_found`. */
  listForDevice(caller: IntegrationCaller, deviceId: string): Promise<PendingQuestion[]>;
  /** Errors: `not_found`, `wrong_state`, `challenge_expired`, `too_many_attempts`. */
  answer(
    caller: IntegrationCaller,
    id: string,
    answer: Answer,
    context?: BindingContext,
  ): Promise<{ outcome: Outcome; challenge: Challenge }>;
  /** Sends a fresh code for a pending challenge; the one before is void, the attempts stay spent. */
  resend(caller: IntegrationCaller, id: string): Promise<Challenge>;
  /** The user says: this was not me. He is told by other ways, and not interrupted again for the time that the policy says. */
  deny(caller: IntegrationCaller, id: string): Promise<Challenge>;
  /** Ends a pending challenge as failed; leaves a final one as it is. */
  fail(caller: IntegrationCaller, id: string, reason: string): Promise<Challenge>;
}

export interface AuditQuery extends PageOptions {
  event?: string;
  userId?: string;
  from?: Time;
  to?: Time;
}

export interface AuditEngine {
  /** Newest first. An integration sees its own rows, an administrator the tenant's. */
  query(caller: Caller, query: AuditQuery): Promise<Page<AuditRow>>;
  /**
   * Every row of the tenant (of all tenants for the platform) that exists now, chain by chain in order: what a verifier reads. Ask for
   * the heads first, so that every head has its row.
   */
  export(caller: Caller): AsyncIterable<AuditRow>;
  heads(caller: Caller): Promise<AuditHead[]>;
  /** Signs the head of every chain that this process has grown since it was last signed. */
  signHeads(): Promise<AuditHead[]>;
  /** PEM (SPKI, Ed25519). */
  publicKey(): string;
}

/** Browsers that may skip the second factor of one user at one integration: the policy's `trustedBrowsers.lifeSeconds`. */
export interface TrustedBrowsersEngine {
  /**
   * Trusts the browser in which a challenge of this integration was passed, once, and not later than five minutes after that. The token is
   * for that browser alone and is shown here only. Errors: `wrong_state` (the policy trusts no browser, the challenge was not passed just
   * now, or by what only stands in for a device), `not_found`, `user_inactive`.
   */
  trust(
    caller: IntegrationCaller,
    options: { challengeId: string; name?: string },
  ): Promise<{ token: string; expiresAt: Time; browser: TrustedBrowser }>;
  /** Those that this integration trusts for a user, oldest first. */
  list(caller: IntegrationCaller, userId: string): Promise<TrustedBrowser[]>;
  rename(caller: IntegrationCaller, id: string, name: string): Promise<TrustedBrowser>;
  revoke(caller: IntegrationCaller, id: string): Promise<void>;
  /** Ends the trust in every browser of a user, of every integration, e.g. because his password was changed; answers how many there were. */
  revokeAll(caller: IntegrationCaller, userId: string): Promise<number>;
}

/** A decision, and the token that replaces the one of the trusted browser which was let in. */
export interface Decided extends Decision {
  /** To be kept by the browser in place of the one it came with, which is good for a moment only. */
  trustedDevice?: { token: string; expiresAt: Time };
}

/** A creation that carries an idempotency key: the first gets `fresh`, a repetition the stored answer. */
export type IdempotencyClaim = { state: 'fresh' } | { state: 'done'; status: number; body: Json };

export interface IdempotencyEngine {
  /** Errors: `idempotency_conflict` (same key, other request), `request_in_progress`. */
  claim(caller: IntegrationCaller, key: string, fingerprint: string): Promise<IdempotencyClaim>;
  settle(caller: IntegrationCaller, key: string, answer: { status: number; body: Json } | undefined): Promise<void>;
}

/** Integer names of objects, for doors whose wire knows only integers. Never reused; unique in the whole installation. */
export interface NumbersEngine {
  assign(caller: Caller, type: string, ids: readonly string[]): Promise<number[]>;
  resolve(caller: Caller, type: string, number: number): Promise<string | undefined>;
}

/** What a person writes to have an integration told. */
export interface NewWebhookOptions extends WebhookOptions {
  /** Signs the requests, in place of all secrets there are. Left out: those stay, and a first one is made. */
  secret?: string;
}

/** A webhook as it can be read: without its secrets, and without what its headers hold. */
export interface WebhookView {
  endpoint: string;
  /** The names of the headers. */
  headers: string[];
  timeoutMs: number;
  /** The notices it is told of; absent: all. */
  events?: string[];
  /** How many secrets requests are signed with: 2 while they are rotated. */
  secrets: number;
}

/** Where integrations are told what happens. Errors of all: `not_found`. */
export interface WebhooksEngine {
  /** Undefined: the integration has none. */
  get(caller: Caller, integrationId: string): Promise<WebhookView | undefined>;
  /**
   * Sets the webhook. A secret that was made for it is in this answer only. Headers that are left out stay as they were. Errors:
   * `invalid_parameters`.
   */
  set(
    caller: Caller,
    integrationId: string,
    options: NewWebhookOptions,
  ): Promise<{ webhook: WebhookView; secret?: string }>;
  /** Adds a second secret; a third is refused (`wrong_state`) until the older one is retired. */
  rotate(caller: Caller, integrationId: string): Promise<{ webhook: WebhookView; secret: string }>;
  /** Retires the older of two secrets; `wrong_state` when there is one. */
  retire(caller: Caller, integrationId: string): Promise<WebhookView>;
  remove(caller: Caller, integrationId: string): Promise<void>;
}

/** Settings of a tenant: its theme, its texts. */
export interface SettingsEngine {
  /** Undefined: the tenant has not set it. */
  get<Name extends TenantSettingName>(tenant: TenantId, name: Name): Promise<TenantSettings[Name] | undefined>;
  /** Sets a setting of the caller's tenant, or takes it away. Errors: `invalid_parameters`, `not_found` for a name that is none. */
  set<Name extends TenantSettingName>(
    caller: Caller,
    name: Name,
    value: TenantSettings[Name] | JsonObject | undefined,
  ): Promise<TenantSettings[Name] | undefined>;
}

/** What has become of messages that were due. */
export interface OutboxReport {
  sent: number;
  /** Not taken over, and tried again later. */
  postponed: number;
  /** Given up. */
  failed: number;
  /** Of no use any more when their turn came: codes of challenges that had ended. */
  void: number;
}

/** Messages that were committed with what they tell of, and are not sent yet. */
export interface OutboxEngine {
  /**
   * Sends what is due of every tenant, up to `limit` (default 200) messages of each, a few at a time; for a timer of the server. Any number
   * of processes may do it at the same time: each message is sent by one of them.
   */
  work(limit?: number): Promise<OutboxReport>;
}

/** Keys that an integration and this server share, for doors whose protocol signs with one and presents no credential. */
export interface SharedKeysEngine {
  /** The active integration of an active tenant that has this number (type `integration` of {@link NumbersEngine}). */
  findIntegration(number: number): Promise<Integration | undefined>;
  /** The key for a purpose: 32 bytes, always the same for a generation. A door never tells it. */
  derive(integration: Integration, purpose: string, generation: number): Uint8Array;
  /** The same to show to an administrator, with the number of the integration; audited. Errors: `not_found`. */
  read(caller: Caller, id: string, purpose: string, generation: number): Promise<{ number: number; key: Uint8Array }>;
  /** Uses up what a request may bring once at this door, kept as a keyed hash until `expiresAt`. False: it came before. */
  spendNonce(caller: IntegrationCaller, nonce: string, expiresAt: Time): Promise<boolean>;
}

/** What a ticket for a page is good for. */
export interface PortalTicket {
  /** Whom the audit trail names: a user id, or his name before he exists. */
  subject: string;
  /** What the page has to know, e.g. the id of a challenge. Whoever carries the ticket can neither read nor change it. */
  content: Json;
  expiresAt: Time;
}

/** Sealed tickets of the hosted pages: any node opens what another has issued. They do not make anything single-use. */
export interface PortalTickets {
  issue(caller: IntegrationCaller, purpose: string, ticket: Omit<PortalTicket, 'content'> & { content?: Json }): string;
  /** Undefined: forged, run out, of another purpose, or of an integration that is inactive or has no pages. */
  open(
    purpose: string,
    text: string,
    source?: string,
  ): Promise<(PortalTicket & { caller: IntegrationCaller }) | undefined>;
  /**
   * Uses up what a page gives once, e.g. the result of a challenge: of any number that ask, one is told true.
   *
   * @param expiresAt when it would be refused anyway
   */
  spend(caller: IntegrationCaller, purpose: string, id: string, expiresAt: Time): Promise<boolean>;
  /** The Ed25519 key that signs what pages tell integrations. The same for as long as the hashing key of the key file is. */
  signingKey(): KeyObject;
}

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

export interface VerifyOptions {
  user: string;
  answer: Answer;
  /** Only devices of these kinds may answer. Left out: every kind that the policy lets answer without a challenge. */
  kinds?: readonly string[];
  /**
   * Whether a refusal may say that the answer was right, and has been used. For doors whose protocol asks: who knows such an answer has
   * seen it. Default false.
   */
  tellReplayed?: boolean;
  context?: BindingContext;
}

/** The one thing that decides and the only writer. Every door, page and command speaks to this interface. */
export interface Engine {
  kinds: DeviceKinds;
  tenants: TenantsEngine;
  administrators: AdministratorsEngine;
  integrations: IntegrationsEngine;
  users: UsersEngine;
  devices: DevicesEngine;
  enrollments: EnrollmentsEngine;
  challenges: ChallengesEngine;
  audit: AuditEngine;
  idempotency: IdempotencyEngine;
  numbers: NumbersEngine;
  sharedKeys: SharedKeysEngine;
  settings: SettingsEngine;
  webhooks: WebhooksEngine;
  outbox: OutboxEngine;
  portalTickets: PortalTickets;
  passkeys: PasskeysEngine;
  trustedBrowsers: TrustedBrowsersEngine;
  /** User and code in one call, no challenge first: the hot path. Errors: `too_many_attempts`, `unavailable`. */
  verify(caller: IntegrationCaller, options: VerifyOptions): Promise<Outcome>;
  /**
   * What to do with somebody who has passed the first factor. Is audited with its trace, and changes nothing but the token of a trusted
   * browser that is let in.
   */
  decide(caller: IntegrationCaller, options: { user: string; context?: BindingContext }): Promise<Decided>;
  /** One query to the database; rejects with `unavailable`. */
  checkHealth(): Promise<void>;
  /** Forgets what has run out; for a timer of the server. */
  sweep(): Promise<{ enrollments: number; challenges: number; budgets: number; idempotency: number }>;
  /** Finishes what was accepted and signs the audit heads. */
  close(): Promise<void>;
}
