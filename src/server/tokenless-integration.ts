import { CountersignError } from '../core/errors.ts';
import type { TenantId } from '../core/ids.ts';
import { platformTenant } from '../core/ids.ts';
import type { Integration } from '../core/model.ts';
import type { Caller, Engine } from '../engine/index.ts';
import { readBootstrapFile } from './bootstrap-file.ts';
import type { Config } from './config/config.ts';

const caller: Caller = { tenant: platformTenant, actor: { type: 'system', id: 'server' }, door: 'adjure' };

/**
 * Finds the integration that speaks for callers of the Adjure door who show no token: the one that is configured, else the one of the
 * first start. The settings of the configuration count before its own.
 */
export function tokenlessIntegration(engine: Engine, config: Config): () => Promise<Integration | undefined> {
  let place: { tenant: TenantId; id: string } | undefined;

  return async () => {
    place ??= await findPlace(engine, config);
    if (place === undefined) return undefined;
    // As for every credential: a tenant that is disabled is closed at every door.
    if ((await engine.tenants.get(place.tenant))?.active !== true) return undefined;
    const integration = await getIfThere(engine, place.tenant, place.id);
    // Overrides change an open door; they do not open a closed one.
    const own = integration?.doors['adjure'];
    if (integration === undefined || own === undefined) return integration;
    return { ...integration, doors: { ...integration.doors, adjure: { ...own, ...config.doors.adjure.settings } } };
  };
}

async function findPlace(
  engine: Engine,
  { dataDir, doors }: Config,
): Promise<{ tenant: TenantId; id: string } | undefined> {
  const id = doors.adjure.integration;
  if (id === undefined) {
    const first = readBootstrapFile(dataDir);
    return first === undefined ? undefined : { tenant: first.tenant as TenantId, id: first.integration.id };
  }
  let cursor: string | undefined;
  do {
    const page = await engine.tenants.list(caller, { limit: 500, ...(cursor !== undefined && { cursor }) });
    for (const tenant of page.items) {
      if ((await getIfThere(engine, tenant.id, id)) !== undefined) return { tenant: tenant.id, id };
    }
    cursor = page.next;
  } while (cursor !== undefined);
  return undefined;
}

async function getIfThere(engine: Engine, tenant: TenantId, id: string): Promise<Integration | undefined> {
  try {
    return await engine.integrations.get({ ...caller, tenant }, id);
  } catch (error) {
    if (error instanceof CountersignError && error.code === 'not_found') return undefined;
    throw error;
  }
}
