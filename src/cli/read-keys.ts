import { CountersignError } from '../core/errors.ts';
import { type KeyFile, keyFileFromEnvironment, type KeyRing, keyRing, loadKeyFile } from '../crypto/index.ts';
import type { Config } from '../server/config/config.ts';

/**
 * The keys of this installation, which a command never makes: that is for the first start of a server.
 *
 * @throws CountersignError `misconfigured` when there are none
 */
export function readKeyFile({ keysFile }: Pick<Config, 'keysFile'>): KeyFile {
  const file = keyFileFromEnvironment(process.env) ?? loadKeyFile(keysFile);
  if (file !== undefined) return file;
  throw new CountersignError('misconfigured', {
    detail: `there is no key file at ${keysFile}; "countersign dev" or "countersign serve" makes one on the first start`,
  });
}

export function readKeyRing(config: Pick<Config, 'keysFile'>): KeyRing {
  return keyRing(readKeyFile(config));
}
