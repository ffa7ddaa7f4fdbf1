import { readFileSync } from 'node:fs';
import type { Config } from './config.ts';
import type { Environment } from './environment.ts';
import { misconfigured, resolveConfig, type ResolveConfigOptions } from './resolve-config.ts';

/**
 * The configuration of this process: the file that `path` or COUNTERSIGN_CONFIG names, when one does, and the environment.
 *
 * @throws CountersignError `misconfigured`, as {@link resolveConfig}
 */
export function loadConfig(
  options: { env: Environment; path?: string } & Pick<ResolveConfigOptions, 'development'>,
): Config {
  const { env, development = false } = options;
  const variable = env['COUNTERSIGN_CONFIG']?.trim();
  const path = options.path ?? (variable === '' ? undefined : variable);
  if (path === undefined) return resolveConfig({ env, development });
  let file: string;
  try {
    file = readFileSync(path, 'utf8');
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown error';
    const source = options.path === undefined ? 'COUNTERSIGN_CONFIG' : '--config';
    throw misconfigured([{ path: source, message: `names a file that cannot be read: ${path} (${code})` }]);
  }
  return resolveConfig({ file, path, env, development });
}
