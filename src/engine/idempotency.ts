import { CountersignError } from '../core/errors.ts';
import type { Json } from '../core/model.ts';
import {
  claimIdempotencyKey,
  findIdempotentAnswer,
  type IdempotencyKey,
  releaseIdempotencyKey,
  storeIdempotentAnswer,
} from '../store/index.ts';
import type { IdempotencyEngine, IntegrationCaller } from './engine.ts';
import { checkName, type EngineParts } from './parts.ts';

/** How long an answer is kept for a repetition. */
const life = 24 * 60 * 60 * 1000;

/** How long a claim without an answer holds: longer than any request may take, so what is older died with its process. */
const claimLife = 2 * 60 * 1000;

export function createIdempotency({ store, vault, clock }: EngineParts): IdempotencyEngine {
  const place = (caller: IntegrationCaller, key: string): IdempotencyKey => ({
    tenantId: caller.tenant,
    integrationId: caller.integration.id,
    key: checkName('Idempotency-Key', key, 255),
  });
  return {
    claim: async (caller, key, fingerprint) => {
      const at = place(caller, key);
      const now = clock.now();
      const claimed = await store.transaction((db) => claimIdempotencyKey(db, at, fingerprint, now, now + claimLife));
      if (claimed) return { state: 'fresh' };
      const stored = await store.read((db) => findIdempotentAnswer(db, at));
      if (stored !== undefined && stored.fingerprint !== fingerprint)
        throw new CountersignError('idempotency_conflict');
      if (stored?.status === undefined || stored.body === undefined) {
        throw new CountersignError('request_in_progress', { retryAfter: 1 });
      }
      const body = vault.open(at.tenantId, 'idempotency.body', at.key, stored.body);
      return { state: 'done', status: stored.status, body };
    },
    settle: async (caller, key, answer) => {
      const at = place(caller, key);
      await store.transaction(async (db) => {
        if (answer === undefined) return releaseIdempotencyKey(db, at);
        const body = vault.seal(at.tenantId, 'idempotency.body', at.key, answer.body satisfies Json);
        return storeIdempotentAnswer(db, at, { status: answer.status, body, expires_at: clock.now() + life });
      });
    },
  };
}
