import type { TrustedBrowser } from '../../../core/model.ts';
import type { Engine } from '../../../engine/engine.ts';
import type { EndpointHandlers } from '../../../http/bind-endpoint.ts';
import type { Contract } from '../contract/index.ts';
import { timestamp } from '../wire.ts';

export function trustedBrowserHandlers({ trustedBrowsers }: Engine): EndpointHandlers<Contract['trustedBrowsers']> {
  return {
    trust: async ({ caller, params: { id }, body }) => {
      const { token, expiresAt, browser } = await trustedBrowsers.trust(caller, { challengeId: id, ...body });
      return { token, expiresAt: timestamp(expiresAt), browser: showBrowser(browser) };
    },
    list: async ({ caller, params: { id } }) => ({ items: (await trustedBrowsers.list(caller, id)).map(showBrowser) }),
    rename: async ({ caller, params: { id, browserId }, body }) =>
      showBrowser(await trustedBrowsers.rename(caller, id, browserId, body.name)),
    revoke: async ({ caller, params: { id, browserId } }) => {
      await trustedBrowsers.revoke(caller, id, browserId);
    },
    revokeAll: async ({ caller, params: { id } }) => {
      await trustedBrowsers.revokeAll(caller, id);
    },
  };
}

function showBrowser({ id, userId, name, createdAt, lastUsedAt, expiresAt }: TrustedBrowser) {
  return {
    id,
    userId,
    name,
    createdAt: timestamp(createdAt),
    ...(lastUsedAt !== undefined && { lastUsedAt: timestamp(lastUsedAt) }),
    expiresAt: timestamp(expiresAt),
  };
}
