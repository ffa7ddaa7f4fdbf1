import type { TenantId } from '../../core/ids.ts';
import type { Administrator, Page, Tenant } from '../../core/model.ts';
import type { NewAdministratorOptions } from './administrators.ts';
import type { Caller } from './caller.ts';
import type { PageOptions } from './page-options.ts';

export interface TenantsEngine {
  /** Creates a tenant with its default realm, and its first administrator in the same transaction. `already_exists` names the field. */
  create(
    caller: Caller,
    options: { name: string; administrator?: NewAdministratorOptions },
  ): Promise<{ tenant: Tenant; administrator?: Administrator }>;
  list(caller: Caller, page?: PageOptions): Promise<Page<Tenant>>;
  get(id: TenantId): Promise<Tenant | undefined>;
  findByName(name: string): Promise<Tenant | undefined>;
  setActive(caller: Caller, id: TenantId, active: boolean): Promise<Tenant>;
}
