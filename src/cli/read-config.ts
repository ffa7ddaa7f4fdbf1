import type { Command } from 'commander';
import type { Config } from '../server/config/config.ts';

export interface GlobalOptions {
  config?: string;
  dataDir?: string;
}

/** The environment, in which the options of the command line count before the variables of the same meaning. */
export function environmentOf(command: Command): Record<string, string | undefined> {
  const { dataDir } = command.optsWithGlobals<GlobalOptions>();
  return { ...process.env, ...(dataDir === undefined ? {} : { COUNTERSIGN_DATA_DIR: dataDir }) };
}

/**
 * The configuration that the options, the environment and the file say together.
 *
 * @throws CountersignError `misconfigured`
 */
export async function readConfig(command: Command, options: { development?: boolean } = {}): Promise<Config> {
  const { loadConfig } = await import('../server/config/load-config.ts');
  const { config: path } = command.optsWithGlobals<GlobalOptions>();
  return loadConfig({ env: environmentOf(command), ...(path === undefined ? {} : { path }), ...options });
}
