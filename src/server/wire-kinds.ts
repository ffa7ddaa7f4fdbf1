import type { Clock } from '../core/clock.ts';
import type { Random } from '../core/random.ts';
import { outbound, yubicoValidation } from '../delivery/index.ts';
import { builtInKinds, type DeviceKind } from '../devices/index.ts';
import type { Config } from './config/config.ts';

/** The device kinds that come with Countersign, with what they ask of the world outside, by the configuration. */
export function wireKinds(
  config: Pick<Config, 'yubico' | 'outbound'>,
  { clock, random }: { clock: Clock; random: Random },
): DeviceKind[] {
  const { yubico } = config;
  if (yubico === undefined) return builtInKinds();
  const validate = yubicoValidation({ ...yubico, outbound: outbound(config.outbound), clock, random });
  return builtInKinds({ yubikey: { validate } });
}
