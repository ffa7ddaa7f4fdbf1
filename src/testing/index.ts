/** What an application needs to test its own second factor. The public subpath `countersign/testing`. */
export { type Cbor, encodeCbor } from './cbor.ts';
export { createTestEngine, integrationCaller, type TestEngine, type TestEngineOptions } from './test-engine.ts';
export { virtualClock, type VirtualClock } from './virtual-clock.ts';
export { softAuthenticator } from './soft-authenticator.ts';
export type {
  Claims,
  SoftAuthenticator,
  SoftAuthenticatorOptions,
  SoftCredential,
  U2fRegistration,
} from './soft-authenticator-options.ts';
export { makeSoftCertificate, pemOf, type SoftCertificateOptions } from './soft-certificate.ts';
export { makeSoftKey, softKey, type SoftAlgorithm, type SoftKey } from './soft-key.ts';
