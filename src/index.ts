/**
 * Countersign as a library: one engine that enrols devices, challenges people and decides. The server, its doors and its
 * command line use what is exported here and nothing else of the engine, so whatever they do, an application can do too.
 *
 * Read it in this order:
 *
 * 1. {@link openStore} opens the database, `migrate()` brings its tables up to date.
 * 2. {@link loadKeyFile} or {@link createKeyFile} and {@link keyRing} give the keys. Keep the key file: without it the sealed
 *    secrets of the database cannot be opened, and {@link createEngine} refuses to start.
 * 3. {@link smtpDelivery}, {@link inboxDelivery} or a {@link Delivery} of your own sends the codes.
 * 4. {@link createEngine} puts these together. Every method of the {@link Engine} takes a {@link Caller}: the tenant it is
 *    confined to, and who the audit trail says it was.
 *
 * Expected outcomes are values (`{ accepted: false }`); refusals are a {@link CountersignError} whose code is in
 * {@link errorTable}. Times are milliseconds since the Unix epoch.
 *
 * Subpaths hold the rest: `countersign/devices` the device kinds and the contract of a kind of your own, `countersign/otp` one-time
 * passwords as pure functions, `countersign/client` the client of the REST API, `countersign/audit` the verifier of an exported
 * log, `countersign/server` the server, `countersign/testing` what tests of your own second factor need.
 *
 * docs/embedding.md is the guide, examples/embed a program.
 *
 * @module
 */

// The engine: the only writer, and the only thing that decides.
export {
  type Actor,
  type AdministratorChanges,
  type AdministratorsEngine,
  type AuditEngine,
  type AuditQuery,
  type BeginEnrollmentOptions,
  type Caller,
  type ChallengesEngine,
  createEngine,
  type DevicesEngine,
  type Engine,
  type EngineOptions,
  type EnrollmentsEngine,
  fenceRestoredStore,
  findKeysInUse,
  type IdempotencyClaim,
  type IdempotencyEngine,
  type IntegrationCaller,
  type IntegrationChanges,
  type IntegrationsEngine,
  type IssueChallengeOptions,
  type KeySource,
  type NewAdministratorOptions,
  type NewCredential,
  type NewDevice,
  type NewIntegrationOptions,
  type NumbersEngine,
  type Outcome,
  type PageOptions,
  type PasskeyRequest,
  type PasskeysEngine,
  type PrepareEnrollmentOptions,
  type PresentedCredential,
  type ProvisionedDeviceOptions,
  type ProvisionOptions,
  resealAll,
  type TenantsEngine,
  type UsersEngine,
  type VerifyOptions,
} from './engine/index.ts';

// What it works with: the database, the keys, the ways of a message.
export { openStore, type Store, type StoreOptions } from './store/index.ts';
export {
  createKeyFile,
  type KeyFile,
  keyFileFromEnvironment,
  keyFileIsPrivate,
  type KeyRing,
  keyRing,
  loadKeyFile,
  parseKeyFile,
  retireSealingKey,
  rotateSealingKey,
  type ReceivedWebhook,
  saveKeyFile,
  verifyWebhook,
} from './crypto/index.ts';
export {
  type Delivery,
  type DeliveryRoutes,
  deliveryRoutes,
  type GatewayOptions,
  inboxDelivery,
  type InboxMessage,
  type InboxOptions,
  listInbox,
  type MessageContext,
  openGateway,
  type Outbound,
  outbound,
  type OutboundOptions,
  smsDelivery,
  type SmsDeliveryOptions,
  type SmsGateway,
  type SmsOutcome,
  smtpDelivery,
  type SmtpOptions,
} from './delivery/index.ts';
export type { MessageOverride, OutgoingMessage } from './core/message.ts';
export { type Clock, offsetClock, systemClock } from './core/clock.ts';
export { type Random, systemRandom } from './core/random.ts';

// The words: what is stored and shown.
export { platformTenant, type TenantId } from './core/ids.ts';
export type {
  Administrator,
  BindingContext,
  Challenge,
  ChallengeState,
  Credential,
  CredentialType,
  Device,
  DeviceStatus,
  Enrollment,
  EnrollmentState,
  Integration,
  Json,
  JsonObject,
  Method,
  Page,
  Realm,
  Tenant,
  Time,
  User,
  UserStatus,
} from './core/model.ts';

// The rules: the policy of an integration, and the pure function that asks it.
export { defaultPolicy, type Policy, type PolicyOptions, policySchema } from './core/policy/policy.ts';
export {
  decide,
  type Decision,
  type DecisionFacts,
  type DecisionResult,
  isKindUsable,
  type TraceStep,
} from './core/policy/decide.ts';

// The refusals, and the networks that settings name.
export {
  CountersignError,
  type CountersignErrorOptions,
  type ErrorCode,
  errorTable,
  type FieldIssue,
} from './core/errors.ts';
export { canonicalAddress, isInNetworks, isNetwork, loopbackNetworks, sourceKey } from './core/network.ts';
