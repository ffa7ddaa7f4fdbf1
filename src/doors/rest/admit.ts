import type { Context } from 'hono';
import { CountersignError } from '../../core/errors.ts';
import { platformTenant, type TenantId } from '../../core/ids.ts';
import type { Administrator } from '../../core/model.ts';
import type { Engine, IntegrationCaller } from '../../engine/engine.ts';
import type { AdministratorCaller, EndpointDoor } from '../../http/bind-endpoint.ts';
import { basicCredentials, bearerToken } from '../../http/credentials.ts';
import type { HttpEnv } from '../../http/door.ts';

/** The name of this door, as integrations list it and the audit trail shows it. */
export const doorName = 'rest';

/** How the token of an administrator begins. */
const administratorToken = 'csa_';

/** Authenticates a request to an endpoint of this door: integrations by their token, administrators by theirs or by password. */
export function admission(engine: Engine): EndpointDoor['admit'] {
  return async (c, { security }, query) => {
    if (security === 'none') return undefined;
    if (security === 'integration') return admitIntegration(engine, c);
    const forAdministrator =
      security === 'administrator' ||
      (c.req.header('x-integration-token') === undefined && namesAdministrator(c.req.header('authorization')));
    return forAdministrator ? admitAdministrator(engine, c, query) : admitIntegration(engine, c);
  };
}

function namesAdministrator(authorization: string | undefined): boolean {
  return (
    basicCredentials(authorization) !== undefined || bearerToken(authorization)?.startsWith(administratorToken) === true
  );
}

async function admitIntegration(engine: Engine, c: Context<HttpEnv>): Promise<IntegrationCaller> {
  const bearer = bearerToken(c.req.header('authorization'));
  const token = c.req.header('x-integration-token') ?? bearer;
  // Two tokens that differ: which one was meant is not for us to guess.
  if (token === undefined || token.length > 512 || (bearer ?? token) !== token) {
    throw new CountersignError('unauthorized');
  }
  const integration = await engine.integrations.authenticate({ token });
  if (integration === undefined) throw new CountersignError('unauthorized');
  if (integration.doors[doorName] === undefined) throw new CountersignError('door_closed');
  return {
    tenant: integration.tenantId,
    actor: { type: 'integration', id: integration.id },
    door: doorName,
    source: c.env.source,
    integration,
  };
}

async function admitAdministrator(
  engine: Engine,
  c: Context<HttpEnv>,
  query: Record<string, string>,
): Promise<AdministratorCaller> {
  const administrator = await authenticateAdministrator(engine, c);
  if (administrator === undefined) throw new CountersignError('unauthorized');
  const tenant = await chooseTenant(engine, administrator, c.req.header('x-tenant'), query['tenant']);
  delete query['tenant'];
  return {
    tenant,
    actor: { type: 'administrator', id: administrator.id },
    door: doorName,
    source: c.env.source,
    administrator,
  };
}

async function authenticateAdministrator(engine: Engine, c: Context<HttpEnv>): Promise<Administrator | undefined> {
  const authorization = c.req.header('authorization');
  const basic = basicCredentials(authorization);
  if (basic !== undefined) return engine.administrators.authenticate(basic.login, basic.password, c.env.source);
  const token = bearerToken(authorization);
  if (token?.startsWith(administratorToken) !== true) return undefined;
  return engine.administrators.authenticateToken(token);
}

/** The tenant in which an administrator acts: his own, or for one of the platform the tenant that he names. */
async function chooseTenant(
  engine: Engine,
  administrator: Administrator,
  header: string | undefined,
  parameter: string | undefined,
): Promise<TenantId> {
  const own = administrator.tenantId;
  const named = header ?? parameter;
  if (named === undefined || named === own) return own;
  if (header !== undefined && parameter !== undefined && header !== parameter) {
    const issues = [{ path: 'tenant', message: 'differs from the header field X-Tenant' }];
    throw new CountersignError('invalid_parameters', { issues });
  }
  if (own !== platformTenant) {
    if ((await engine.tenants.get(own))?.name === named) return own;
    // The same whether the other tenant exists or not.
    throw new CountersignError('forbidden');
  }
  const isId = named.startsWith('tnt_');
  const tenant = isId ? await engine.tenants.get(named as TenantId) : await engine.tenants.findByName(named);
  if (tenant === undefined) throw new CountersignError('not_found');
  return tenant.id;
}
