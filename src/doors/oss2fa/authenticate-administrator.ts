import { CountersignError } from '../../core/errors.ts';
import { platformTenant } from '../../core/ids.ts';
import type { Administrator } from '../../core/model.ts';
import type { Caller, Engine } from '../../engine/engine.ts';
import { basicCredentials } from './basic-credentials.ts';
import { doorName } from './door-name.ts';

/**
 * The administrator of a tenant, by login and password.
 *
 * @throws CountersignError `unauthorized`; `forbidden` for a login of the platform, which belongs to no tenant
 */
export async function authenticateTenant(engine: Engine, request: Request, source: string): Promise<Caller> {
  const administrator = await authenticateAdministrator(engine, request, source);
  if (administrator.tenantId === platformTenant)
    throw new CountersignError('forbidden', { detail: 'a login of the platform belongs to no tenant' });
  return callerOf(administrator, source);
}

/**
 * The administrator of the platform, by login and password.
 *
 * @throws CountersignError `unauthorized`; `forbidden` for the login of a tenant
 */
export async function authenticatePlatform(engine: Engine, request: Request, source: string): Promise<Caller> {
  const administrator = await authenticateAdministrator(engine, request, source);
  if (administrator.tenantId !== platformTenant)
    throw new CountersignError('forbidden', { detail: 'only the platform creates tenants' });
  return callerOf(administrator, source);
}

async function authenticateAdministrator(engine: Engine, request: Request, source: string): Promise<Administrator> {
  const basic = basicCredentials(request);
  const administrator = basic && (await engine.administrators.authenticate(basic.user, basic.password, source));
  if (administrator === undefined) throw new CountersignError('unauthorized');
  return administrator;
}

function callerOf({ id, tenantId }: Administrator, source: string): Caller {
  return { tenant: tenantId, actor: { type: 'administrator', id }, door: doorName, source };
}
