import { type AuditHead, headBytes } from '../audit/index.ts';
import { platformTenant } from '../core/ids.ts';
import { insertAuditHead, listAudit, listAuditHeads, parsePage, readChains } from '../store/index.ts';
import type { AuditEngine, Caller } from './engine.ts';
import type { EngineParts } from './parts.ts';

/** The tenant whose rows a caller may read; undefined: all of them, for the platform. */
function scope(caller: Caller) {
  return caller.tenant === platformTenant ? undefined : caller.tenant;
}

export function createAuditTrail(parts: EngineParts): AuditEngine {
  const { store, ledger, vault, clock } = parts;

  const signHeads = (): Promise<AuditHead[]> =>
    ledger.signEnds(async (ends) => {
      const ring = vault.ring();
      const at = clock.now();
      const heads = ends.map(({ tenantId, writerId, seq, hash }): AuditHead => {
        const head = { tenantId, writerId, seq, hash, at };
        return { ...head, signature: Buffer.from(ring.signAudit(headBytes(head))).toString('base64url') };
      });
      if (heads.length === 0) return [];
      await store.transaction(async (db) => {
        for (const head of heads) await insertAuditHead(db, head);
      });
      return heads;
    });

  return {
    query: (caller, query) =>
      store.read((db) =>
        listAudit(db, caller.tenant, parsePage(query), {
          ...(caller.actor.type === 'integration' ? { integrationId: caller.actor.id } : {}),
          ...(query.event === undefined ? {} : { event: query.event }),
          ...(query.userId === undefined ? {} : { userId: query.userId }),
          ...(query.from === undefined ? {} : { from: query.from }),
          ...(query.to === undefined ? {} : { to: query.to }),
        }),
      ),
    export: (caller) => readChains(store.db, scope(caller)),
    heads: (caller) => store.read((db) => listAuditHeads(db, scope(caller))),
    signHeads,
    publicKey: () => vault.ring().auditPublicKey,
  };
}
