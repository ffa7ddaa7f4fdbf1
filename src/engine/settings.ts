import { CountersignError } from '../core/errors.ts';
import { fieldIssues } from '../core/field-issues.ts';
import type { TenantId } from '../core/ids.ts';
import type { Json } from '../core/model.ts';
import { type TenantSettingName, type TenantSettings, tenantSettingSchemas } from '../core/settings/tenant-settings.ts';
import { deleteTenantSetting, type Executor, findTenant, findTenantSetting, setTenantSetting } from '../store/index.ts';
import type { SettingsEngine } from './engine.ts';
import { entryOf, type EngineParts, found } from './parts.ts';

export function createSettings(parts: EngineParts): SettingsEngine {
  const { ledger, store, vault, clock } = parts;
  return {
    get: (tenant, name) => store.read((db) => readSetting(parts, db, tenant, name)),
    set: async (caller, name, value) => {
      const parsed = value === undefined ? undefined : parseSetting(name, value);
      return ledger.write(async (tx) => {
        found(await findTenant(tx.db, caller.tenant));
        if (parsed === undefined) await deleteTenantSetting(tx.db, caller.tenant, name);
        else {
          // Plain JSON: a schema of strings and objects made it.
          const sealed = vault.seal(caller.tenant, 'tenant_settings.value', name, parsed as unknown as Json);
          await setTenantSetting(tx.db, caller.tenant, name, sealed, clock.now());
        }
        const detail = { name, set: parsed !== undefined };
        tx.record(caller.tenant, entryOf(caller, 'tenant.setting-changed', 'done', { detail }));
        return parsed;
      });
    },
  };
}

/** A setting of a tenant; undefined when it has not set it. */
export async function readSetting<Name extends TenantSettingName>(
  parts: EngineParts,
  db: Executor,
  tenant: TenantId,
  name: Name,
): Promise<TenantSettings[Name] | undefined> {
  const sealed = await findTenantSetting(db, tenant, name);
  if (sealed === undefined) return undefined;
  return parseSetting(name, parts.vault.open(tenant, 'tenant_settings.value', name, sealed));
}

function parseSetting<Name extends TenantSettingName>(name: Name, value: unknown): TenantSettings[Name] {
  const schema = Object.hasOwn(tenantSettingSchemas, name) ? tenantSettingSchemas[name] : undefined;
  if (schema === undefined) throw new CountersignError('not_found');
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data as TenantSettings[Name];
  throw new CountersignError('invalid_parameters', {
    issues: fieldIssues(parsed.error),
  });
}
