import type { TenantId } from '../../core/ids.ts';
import type { JsonObject } from '../../core/model.ts';
import type { TenantSettingName, TenantSettings } from '../../core/settings/tenant-settings.ts';
import type { Caller } from './caller.ts';

/** Settings of a tenant: its theme, its texts. */
export interface SettingsEngine {
  /** Undefined: the tenant has not set it. */
  get<Name extends TenantSettingName>(tenant: TenantId, name: Name): Promise<TenantSettings[Name] | undefined>;
  /** Sets a setting of the caller's tenant, or takes it away. Errors: `invalid_parameters`, `not_found` for a name that is none. */
  set<Name extends TenantSettingName>(
    caller: Caller,
    name: Name,
    value: TenantSettings[Name] | JsonObject | undefined,
  ): Promise<TenantSettings[Name] | undefined>;
}
