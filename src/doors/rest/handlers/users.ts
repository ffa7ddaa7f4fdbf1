import { CountersignError } from '../../../core/errors.ts';
import type { Engine } from '../../../engine/engine.ts';
import type { EndpointHandlers } from '../../../http/bind-endpoint.ts';
import type { Contract } from '../contract/index.ts';
import type { PortalLinks } from '../portal-links.ts';
import { showAccessPass, showDevice, showPage, showUser, timestamp } from '../wire.ts';

export function userHandlers({ users, devices }: Engine, links: PortalLinks): EndpointHandlers<Contract['users']> {
  return {
    create: async ({ caller, body }) => showUser(await users.create(caller, body)),
    list: async ({ caller, query }) => showPage(await users.list(caller, query), showUser),
    get: async ({ caller, params: { id } }) => showUser(await users.get(caller, id)),
    update: async ({ caller, params: { id }, body }) => showUser(await users.setStatus(caller, id, body.status)),
    remove: async ({ caller, params: { id } }) => {
      await users.remove(caller, id);
    },
    unlock: async ({ caller, params: { id } }) => showUser(await users.unlock(caller, id)),
    openPortal: async ({ caller, params: { id }, body = {} }) => {
      const user = await users.get(caller, id);
      links.check(caller, body);
      if (user.status === 'inactive') throw new CountersignError('user_inactive');
      const { portalUrl, expiresAt } = links.ofDevices(caller, user, body);
      return { portalUrl, expiresAt: timestamp(expiresAt) };
    },
    issueAccessPass: async ({ caller, params: { id }, body }) =>
      showAccessPass(await users.issueAccessPass(caller, id, body)),
    devices: async ({ caller, params: { id } }) => ({ items: (await devices.list(caller, id)).map(showDevice) }),
    replaceRecoveryCodes: async ({ caller, params: { id }, body }) => {
      const { device, shown } = await devices.regenerateRecoveryCodes(caller, id, body?.options);
      return { device: showDevice(device), ...(shown !== undefined && { shown }) };
    },
  };
}
