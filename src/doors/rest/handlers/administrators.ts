import type { Engine } from '../../../engine/engine.ts';
import type { EndpointHandlers } from '../../../http/bind-endpoint.ts';
import type { Contract } from '../contract/index.ts';
import { showAdministrator, timestamp } from '../wire.ts';

export function administratorHandlers({ administrators }: Engine): EndpointHandlers<Contract['administrators']> {
  return {
    create: async ({ caller, body }) => showAdministrator(await administrators.create(caller, body)),
    list: async ({ caller }) => ({ items: (await administrators.list(caller)).map(showAdministrator) }),
    update: async ({ caller, params: { id }, body }) =>
      showAdministrator(await administrators.update(caller, id, body)),
    revokeTokens: async ({ caller, params: { id } }) => {
      await administrators.revokeTokens(caller, id);
    },
    // The token is the administrator's own, so it belongs to his tenant, whichever he acts in.
    issueToken: async ({ caller: { administrator, ...caller } }) => {
      const { id, tenantId, updatedAt } = administrator;
      const issued = await administrators.issueToken({ ...caller, tenant: tenantId }, id, {
        unchangedSince: updatedAt,
      });
      return { token: issued.token, expiresAt: timestamp(issued.expiresAt) };
    },
  };
}
