import { type AuditHead, headBytes } from '../audit/index.ts';
import { platformTenant } from '../core/ids.ts';
import { insertAuditHead, listAudit, listAuditHeads, listChainEnds, parsePage, readChains } from '../store/index.ts';
import type { AuditEngine, Caller } from './engine.ts';
import type { EngineParts } from './parts.ts';

/** The tenant whose rows a caller may read; undefined: all of them, for the platform. */
function scope(caller: Caller) {
  return caller.tenant === platformTenant ? undefined : caller.tenant;
}

export function createAuditTrail(parts: EngineParts): AuditEngine {
  const { store, vault, clock } = parts;

  async function signHeads(): Promise<AuditHead[]> {
    const ring = vault.ring();
    const { ends, heads } = await store.read(async (db) => ({
      ends: await listChainEnds(db, undefined),
      heads: await listAuditHeads(db, undefined),
    }));
    const signed = new Set(heads.map((head) => `${head.tenantId} ${head.writerId} ${head.seq}`));
    const at = clock.now();
    const fresh = ends
      .filter((end) => !signed.has(`${end.tenantId} ${end.writerId} ${end.seq}`))
      .map((end): AuditHead => {
        const head = { tenantId: end.tenantId, writerId: end.writerId, seq: end.seq, hash: end.hash, at };
        return { ...head, signature: Buffer.from(ring.signAudit(headBytes(head))).toString('base64url') };
      });
    if (fresh.length === 0) return [];
    await store.transaction(async (db) => {
      for (const head of fresh) await insertAuditHead(db, head);
    });
    return fresh;
  }

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
