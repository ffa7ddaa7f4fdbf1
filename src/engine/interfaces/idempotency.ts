import type { Json } from '../../core/model.ts';
import type { IntegrationCaller } from './caller.ts';

/** A creation that carries an idempotency key: the first gets `fresh`, a repetition the stored answer. */
export type IdempotencyClaim = { state: 'fresh' } | { state: 'done'; status: number; body: Json };

export interface IdempotencyEngine {
  /** Errors: `idempotency_conflict` (same key, other request), `request_in_progress`. */
  claim(caller: IntegrationCaller, key: string, fingerprint: string): Promise<IdempotencyClaim>;
  settle(caller: IntegrationCaller, key: string, answer: { status: number; body: Json } | undefined): Promise<void>;
}
