import { CountersignError } from '../../../core/errors.ts';
import { platformTenant, type TenantId } from '../../../core/ids.ts';
import type { Engine } from '../../../engine/engine.ts';
import type { EndpointHandlers } from '../../../http/bind-endpoint.ts';
import type { Contract } from '../contract/index.ts';
import { showAdministrator, showPage, showTenant } from '../wire.ts';

export function tenantHandlers({ tenants }: Engine): EndpointHandlers<Contract['tenants']> {
  return {
    create: async ({ caller, body }) => {
      const { tenant, administrator } = await tenants.create(caller, body);
      return {
        tenant: showTenant(tenant),
        ...(administrator !== undefined && { administrator: showAdministrator(administrator) }),
      };
    },
    list: async ({ caller, query }) => showPage(await tenants.list(caller, query), showTenant),
    get: async ({ caller, params: { id } }) => {
      const visible = caller.tenant === platformTenant || caller.tenant === id;
      const tenant = visible ? await tenants.get(id as TenantId) : undefined;
      if (tenant === undefined) throw new CountersignError('not_found');
      return showTenant(tenant);
    },
    update: async ({ caller, params: { id }, body }) =>
      showTenant(await tenants.setActive(caller, id as TenantId, body.active)),
  };
}
