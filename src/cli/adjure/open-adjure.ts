import { readFileSync } from 'node:fs';
import { CountersignError } from '../../core/errors.ts';
import { loopbackNetworks } from '../../core/network.ts';
import { parseAdjureConfig, parseSqlAlchemyUrl } from '../../doors/adjure/index.ts';
import { createEngine, type Engine, type IntegrationCaller } from '../../engine/index.ts';
import { type Config, loadConfig, openKeySource } from '../../server/index.ts';
import { databaseFileOf, openStore } from '../../store/index.ts';
import { allTenants, cliCaller, platformCaller } from '../choose-tenant.ts';
import { allPages } from '../show-list.ts';
import { bringAlong, type BroughtAlong } from './bring-along.ts';

export interface OpenAdjureOptions {
  plain?: boolean;
  openTo?: readonly string[];
  /** The configuration file of Adjure. */
  configFile: string | undefined;
}

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * Prepares everything for a server that takes the place of Adjure: a tenant and an integration of that name, and the users of
 * its tables.
 *
 * @throws CountersignError `misconfigured` naming ADJURE_DB_HOST when it is missing or not understood
 */
export async function openAdjure(
  env: Environment,
  options: OpenAdjureOptions,
): Promise<{ config: Config; brought: BroughtAlong }> {
  const url = parseSqlAlchemyUrl(env['ADJURE_DB_HOST']);
  if (!url.startsWith('sqlite:')) {
    throw new CountersignError('misconfigured', {
      detail:
        'ADJURE_DB_HOST names a database server, and the users of Adjure are read from SQLite only: copy its tables into a file of SQLite, and let COUNTERSIGN_DATABASE_URL name the server',
    });
  }
  const legacy = databaseFileOf(url);
  const config = configure(loadConfig({ env }), options);
  const store = await openStore({ url: config.databaseUrl });
  try {
    await store.migrate();
    const keys = await openKeySource({ file: config.keysFile, env, store });
    // Nothing is delivered here.
    const delivery = { deliver: () => Promise.resolve(), close: () => Promise.resolve() };
    const engine = await createEngine({ store, keys, delivery, serverKinds: config.kinds });
    try {
      const caller = await findOrMakeIntegration(engine);
      const brought = await bringAlong({ store, engine, caller, legacy, own: databaseFileOf(config.databaseUrl) });
      const adjure = { ...config.doors.adjure, integration: config.doors.adjure.integration ?? caller.integration.id };
      return { config: { ...config, doors: { ...config.doors, adjure } }, brought };
    } finally {
      await engine.close();
    }
  } finally {
    await store.close();
  }
}

function configure(config: Config, { plain, openTo = [], configFile }: OpenAdjureOptions): Config {
  const { adjure } = config.doors;
  const fromFile = configFile === undefined ? {} : parseAdjureConfig(readFileSync(configFile, 'utf8'));
  const open = openTo.length === 0 ? {} : { openTo: [...loopbackNetworks, ...openTo] };
  return {
    ...config,
    doors: {
      ...config.doors,
      adjure: {
        ...adjure,
        enabled: true,
        listen: adjure.listen ?? { host: '127.0.0.1', port: 5000 },
        plain: adjure.plain || plain === true,
        settings: { ...fromFile, ...open, ...adjure.settings },
      },
    },
  };
}

const name = 'Adjure';

async function findOrMakeIntegration(engine: Engine): Promise<IntegrationCaller> {
  let tenant = undefined;
  for await (const each of allTenants(engine)) if (each.name === name) tenant = each;
  tenant ??= (await engine.tenants.create(platformCaller, { name })).tenant;
  const caller = cliCaller(tenant.id);
  for await (const integration of allPages((page) => engine.integrations.list(caller, page))) {
    if (integration.name === name) return { ...caller, integration };
  }
  const doors = { adjure: { openTo: [...loopbackNetworks] } };
  const { integration } = await engine.integrations.create(caller, { name, doors });
  return { ...caller, integration };
}
