import type { Engine } from '../../../engine/engine.ts';
import type { EndpointHandlers } from '../../../http/bind-endpoint.ts';
import type { Contract } from '../contract/index.ts';

export function settingHandlers({ settings }: Engine): EndpointHandlers<Contract['settings']> {
  return {
    theme: {
      get: async ({ caller }) => (await settings.get(caller.tenant, 'theme')) ?? {},
      set: async ({ caller, body }) => (await settings.set(caller, 'theme', body)) ?? {},
      remove: async ({ caller }) => {
        await settings.set(caller, 'theme', undefined);
      },
    },
    templates: {
      get: async ({ caller }) => (await settings.get(caller.tenant, 'templates')) ?? {},
      set: async ({ caller, body }) => (await settings.set(caller, 'templates', body)) ?? {},
      remove: async ({ caller }) => {
        await settings.set(caller, 'templates', undefined);
      },
    },
  };
}
