import { CountersignError } from '../core/errors.ts';
import { newId, platformTenant, type TenantId } from '../core/ids.ts';
import type { Tenant } from '../core/model.ts';
import {
  findTenant,
  findTenantByName,
  insertRealm,
  insertTenant,
  listTenants,
  parsePage,
  updateTenantActive,
} from '../store/index.ts';
import { insertNewAdministrator, prepareAdministrator } from './administrators.ts';
import type { CredentialCache } from './credential-cache.ts';
import type { Caller, TenantsEngine } from './engine.ts';
import { checkName, entryOf, type EngineParts, found } from './parts.ts';

/** Name of the realm that the integrations of a tenant share unless they are given their own. */
export const defaultRealm = 'default';

/** Tenants are the platform's business. */
function requirePlatform(caller: Caller): void {
  if (caller.tenant !== platformTenant) throw new CountersignError('forbidden');
}

export function createTenants(parts: EngineParts, cache: CredentialCache): TenantsEngine {
  const { ledger, clock, random, store } = parts;
  return {
    create: async (caller, options) => {
      requirePlatform(caller);
      const name = checkName('name', options.name);
      const administrator =
        options.administrator && (await prepareAdministrator(parts, options.administrator, 'administrator.'));
      const now = clock.now();
      const id = newId(random, 'tenant') as TenantId;
      const tenant: Tenant = { id, name, active: true, createdAt: now, updatedAt: now };
      return ledger.write(async (tx) => {
        await insertTenant(tx.db, tenant).catch((error: unknown) => {
          if (store.classifyFault(error) !== 'duplicate') throw error;
          throw new CountersignError('already_exists', {
            issues: [{ path: 'name', message: 'is the name of another tenant' }],
          });
        });
        await insertRealm(tx.db, { id: newId(random, 'realm'), tenantId: id, name: defaultRealm }, now);
        tx.record(platformTenant, entryOf(caller, 'tenant.created', 'done', { objectId: id }));
        if (administrator === undefined) return { tenant };
        return {
          tenant,
          administrator: await insertNewAdministrator(
            parts,
            tx,
            { ...caller, tenant: id },
            administrator,
            'administrator.',
          ),
        };
      });
    },
    list: async (caller, page) => {
      requirePlatform(caller);
      return store.read((db) => listTenants(db, parsePage(page)));
    },
    get: (id) => store.read((db) => findTenant(db, id)),
    findByName: (name) => store.read((db) => findTenantByName(db, name.normalize('NFC'))),
    setActive: async (caller, id, active) => {
      requirePlatform(caller);
      // Without it nobody could enable anything again.
      if (id === platformTenant) throw new CountersignError('forbidden');
      const tenant = await ledger.write(async (tx) => {
        found(await findTenant(tx.db, id));
        await updateTenantActive(tx.db, id, active, clock.now());
        tx.record(
          platformTenant,
          entryOf(caller, active ? 'tenant.enabled' : 'tenant.disabled', 'done', { objectId: id }),
        );
        return found(await findTenant(tx.db, id));
      });
      cache.clear();
      return tenant;
    },
  };
}
