import type { Integration } from '../core/model.ts';
import { findIntegration, findNumberOwner, findTenant, insertNumbers, findNumbers, spendOnce } from '../store/index.ts';
import type { SharedKeysEngine } from './engine.ts';
import { entryOf, type EngineParts, found } from './parts.ts';

/** The sort of number by which an integration is known to those who present no credential. */
const numberType = 'integration';

/**
 * Keys that an integration and this server share, for protocols that sign with them. They are derived from the key ring, so that nothing is
 * stored, every node has them, and who reads the database does not.
 */
export function createSharedKeys({ store, ledger, vault }: EngineParts): SharedKeysEngine {
  function derive(integration: Integration, purpose: string, generation: number): Uint8Array {
    const text = `${integration.id}:${generation}`;
    return Buffer.from(vault.ring().hash(`shared-key:${purpose}:${integration.tenantId}`, text), 'base64url');
  }

  return {
    derive,
    findIntegration: (number) =>
      store.read(async (db) => {
        const owner = await findNumberOwner(db, numberType, number);
        if (owner === undefined) return undefined;
        const tenant = await findTenant(db, owner.tenantId);
        const integration = await findIntegration(db, owner.tenantId, owner.objectId);
        return tenant?.active === true && integration?.active === true ? integration : undefined;
      }),
    read: (caller, id, purpose, generation) =>
      ledger.write(async (tx) => {
        const integration = found(await findIntegration(tx.db, caller.tenant, id));
        await insertNumbers(tx.db, caller.tenant, numberType, [id]);
        const number = found((await findNumbers(tx.db, caller.tenant, numberType, [id])).get(id));
        const detail = { purpose, generation };
        tx.record(caller.tenant, entryOf(caller, 'integration.shared-key-read', 'done', { objectId: id, detail }));
        return { number, key: derive(integration, purpose, generation) };
      }),
    spendNonce: (caller, nonce, expiresAt) => {
      const subject = vault.ring().hash(`nonce:${caller.door}:${caller.integration.id}`, nonce);
      return store.transaction((db) => spendOnce(db, caller.tenant, subject, expiresAt));
    },
  };
}
