import type { Integration, Time } from '../../core/model.ts';
import type { Caller, IntegrationCaller } from './caller.ts';

/** Keys that an integration and this server share, for doors whose protocol signs with one and presents no credential. */
export interface SharedKeysEngine {
  /** The active integration of an active tenant that has this number (type `integration` of `NumbersEngine`). */
  findIntegration(number: number): Promise<Integration | undefined>;
  /** The key for a purpose: 32 bytes, always the same for a generation. A door never tells it. */
  derive(integration: Integration, purpose: string, generation: number): Uint8Array;
  /** The same to show to an administrator, with the number of the integration; audited. Errors: `not_found`. */
  read(caller: Caller, id: string, purpose: string, generation: number): Promise<{ number: number; key: Uint8Array }>;
  /** Uses up what a request may bring once at this door, kept as a keyed hash until `expiresAt`. False: it came before. */
  spendNonce(caller: IntegrationCaller, nonce: string, expiresAt: Time): Promise<boolean>;
}
