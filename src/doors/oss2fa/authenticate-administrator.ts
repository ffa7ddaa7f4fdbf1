import { CountersignError } from '../../core/errors.ts';
import { platformTenant } from '../../core/ids.ts';
import type { Administrator } from '../../core/model.ts';
import type { Caller, Engine } from '../../engine/engine.ts';
import { basicCredentials } from './basic-credentials.ts';
import { doorName } from './door-name.ts';
import { parseMediaType } from './media-type.ts';

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
  refuseForeignForm(request);
  const basic = basicCredentials(request);
  const administrator = basic && (await engine.administrators.authenticate(basic.user, basic.password, source));
  if (administrator === undefined) throw new CountersignError('unauthorized');
  return administrator;
}

function callerOf({ id, tenantId }: Administrator, source: string): Caller {
  return { tenant: tenantId, actor: { type: 'administrator', id }, door: doorName, source };
}

/**
 * A browser keeps the password that an administrator has typed and sends it along with a form of any page (CSRF). JSON it lets no page
 * send with a password that is not the page's own, because the answer to its question (CORS) allows none.
 */
function refuseForeignForm(request: Request): void {
  if (request.method !== 'POST' || !request.headers.has('origin')) return;
  const { type, subtype } = parseMediaType(request.headers.get('content-type') ?? '');
  if (`${type}/${subtype}` !== 'application/json')
    throw new CountersignError('forbidden', { detail: 'a form of a page in a browser' });
}
