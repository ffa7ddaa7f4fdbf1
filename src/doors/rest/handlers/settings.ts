import { CountersignError } from '../../../core/errors.ts';
import type { JsonObject } from '../../../core/model.ts';
import { type TenantSettingName, tenantSettingNames } from '../../../core/settings/tenant-settings.ts';
import type { Engine } from '../../../engine/engine.ts';
import type { EndpointHandlers } from '../../../http/bind-endpoint.ts';
import type { Contract } from '../contract/index.ts';

export function settingHandlers({ settings }: Engine): EndpointHandlers<Contract['settings']> {
  return {
    get: async ({ caller, params: { name } }) => {
      const value = await settings.get(caller.tenant, knownName(name));
      if (value === undefined) throw new CountersignError('not_found');
      return asJson(value);
    },
    set: async ({ caller, params: { name }, body }) =>
      // The engine checks it against the schema of the setting.
      asJson((await settings.set(caller, knownName(name), body)) ?? {}),
    remove: async ({ caller, params: { name } }) => {
      await settings.set(caller, knownName(name), undefined);
    },
  };
}

function knownName(name: string): TenantSettingName {
  const known = tenantSettingNames.find((one) => one === name);
  if (known === undefined) throw new CountersignError('not_found');
  return known;
}

function asJson(value: object): JsonObject {
  return JSON.parse(JSON.stringify(value)) as JsonObject;
}
