import type { Command } from 'commander';
import { CountersignError, invalidParameter } from '../core/errors.ts';
import type { Integration, Tenant } from '../core/model.ts';
import type { Engine, IntegrationCaller } from '../engine/engine.ts';
import { chooseTenant, cliCaller, nameSome } from './choose-tenant.ts';
import { allPages } from './show-list.ts';

export interface Scope {
  tenant?: string;
  integration?: string;
}

/** Gives a command the options that say for which integration it speaks. */
export function scopeOptions(command: Command): Command {
  return tenantOption(command).option('-i, --integration <name>', 'name or id; needed when the tenant has several');
}

export function tenantOption(command: Command): Command {
  return command.option('-t, --tenant <name>', 'name or id; needed when there are several');
}

/**
 * The integration of this name or id; without one the only integration that the tenant has.
 *
 * @throws CountersignError `not_found`, `invalid_parameters` when there are several to choose from
 */
export async function chooseIntegration(
  engine: Engine,
  tenant: Tenant,
  nameOrId: string | undefined,
): Promise<Integration> {
  const candidates: Integration[] = [];
  for await (const integration of allPages((page) => engine.integrations.list(cliCaller(tenant.id), page))) {
    if (integration.id === nameOrId) return integration;
    if (nameOrId === undefined || integration.name === nameOrId) candidates.push(integration);
  }
  const [only, ...others] = candidates;
  if (only !== undefined && others.length === 0) return only;
  if (nameOrId === undefined) {
    if (only !== undefined) throw invalidParameter('--integration', `say which: ${nameSome(candidates)}`);
    const detail = 'the tenant has no integration yet; make one with "countersign integrations create NAME"';
    throw new CountersignError('not_found', { detail });
  }
  if (only !== undefined) {
    const ids = candidates.map(({ id }) => id).join(', ');
    throw invalidParameter('--integration', `several are called ${nameOrId}; give the id: ${ids}`);
  }
  throw new CountersignError('not_found', {
    issues: [{ path: '--integration', message: `no integration of ${tenant.name} is called ${nameOrId}` }],
  });
}

/** Speaks for the integration that the options name: its realm, policy and kinds apply. */
export async function chooseCaller(engine: Engine, scope: Scope): Promise<IntegrationCaller> {
  const tenant = await chooseTenant(engine, scope.tenant);
  return { ...cliCaller(tenant.id), integration: await chooseIntegration(engine, tenant, scope.integration) };
}
