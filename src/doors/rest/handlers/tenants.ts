import { CountersignError } from '../../../core/errors.ts';
import { platformTenant, type TenantId } from '../../../core/ids.ts';
import type { Caller, Engine } from '../../../engine/engine.ts';
import type { EndpointHandlers } from '../../../http/bind-endpoint.ts';
import type { Contract } from '../contract/index.ts';
import { showAdministrator, showPage, showTenant } from '../wire.ts';

export function tenantHandlers({ tenants }: Engine): EndpointHandlers<Contract['tenants']> {
  return {
    create: async ({ caller, body }) => {
      requirePlatform(caller);
      const { tenant, administrator } = await tenants.create(caller, body);
      return {
        tenant: showTenant(tenant),
        ...(administrator !== undefined && { administrator: showAdministrator(administrator) }),
      };
    },
    list: async ({ caller, query }) => {
      requirePlatform(caller);
      return showPage(await tenants.list(caller, query), showTenant);
    },
    get: async ({ caller, params: { id } }) => {
      const visible = caller.tenant === platformTenant || caller.tenant === id;
      const tenant = visible ? await tenants.get(id as TenantId) : undefined;
      if (tenant === undefined) throw new CountersignError('not_found');
      return showTenant(tenant);
    },
    update: async ({ caller, params: { id }, body }) => {
      requirePlatform(caller);
      return showTenant(await tenants.setActive(caller, id as TenantId, body.active));
    },
  };
}

/** Tenants are made and closed by those who administer the installation. */
function requirePlatform(caller: Caller): void {
  if (caller.tenant !== platformTenant) throw new CountersignError('forbidden');
}
