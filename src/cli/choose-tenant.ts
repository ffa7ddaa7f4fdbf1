import { CountersignError, invalidParameter } from '../core/errors.ts';
import { platformTenant, type TenantId } from '../core/ids.ts';
import type { Tenant } from '../core/model.ts';
import type { Caller, Engine } from '../engine/engine.ts';
import { allPages } from './show-list.ts';

/** Who acts when a command does: the system itself, inside of one tenant. */
export function cliCaller(tenant: TenantId): Caller {
  return { tenant, actor: { type: 'system', id: 'cli' }, door: 'cli' };
}

/** The same for what belongs to the installation. */
export const platformCaller: Caller = cliCaller(platformTenant);

/**
 * The tenant of this name or id; without one the only tenant there is.
 *
 * @throws CountersignError `not_found`, `invalid_parameters` when there are several to choose from
 */
export async function chooseTenant(engine: Engine, nameOrId: string | undefined): Promise<Tenant> {
  if (nameOrId !== undefined) {
    const tenant = (await engine.tenants.get(nameOrId as TenantId)) ?? (await engine.tenants.findByName(nameOrId));
    if (tenant !== undefined) return tenant;
    throw new CountersignError('not_found', {
      issues: [{ path: '--tenant', message: `no tenant is called ${nameOrId}` }],
    });
  }
  const tenants: Tenant[] = [];
  for await (const tenant of allTenants(engine)) {
    tenants.push(tenant);
    if (tenants.length > 5) break;
  }
  const [only, ...others] = tenants;
  if (only !== undefined && others.length === 0) return only;
  if (only === undefined) throw new CountersignError('not_found', { detail: noTenant });
  throw invalidParameter('--tenant', `say which: ${nameSome(tenants)}`);
}

const noTenant = 'there is no tenant yet; make one with "countersign tenants create NAME"';

/** Every tenant but the platform's own. */
export function allTenants(engine: Engine): AsyncGenerator<Tenant> {
  return allPages((page) => engine.tenants.list(platformCaller, page));
}

/** The first few names of a list to choose from. */
export function nameSome(things: readonly { name: string }[]): string {
  const names = things.slice(0, 5).map(({ name }) => JSON.stringify(name));
  return `${names.join(', ')}${things.length > 5 ? ', …' : ''}`;
}
