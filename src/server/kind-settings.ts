import { isIP } from 'node:net';
import type { JsonObject } from '../core/model.ts';
import { isLoopbackHost } from '../core/network.ts';
import type { Config } from './config/config.ts';
import { formatHostPort } from './config/host-port.ts';

/**
 * The configuration of device kinds for all integrations. Passkeys are used on our own pages where nothing else is said; the port may be
 * known only when the server listens, so it is looked up when the first integration asks.
 *
 * @param url how the server is reached; empty as long as that is not known. Default: what the configuration says
 */
export function kindSettings(
  config: Pick<Config, 'kinds' | 'publicUrl' | 'listen'>,
  url: () => string = () => '',
): Readonly<Record<string, JsonObject>> {
  return {
    ...config.kinds,
    get webauthn() {
      return webauthnSettings(config.kinds['webauthn'], url() || configuredUrl(config));
    },
  };
}

/** The settings of passkeys, with the origin of our own pages when no other is set. */
export function webauthnSettings(settings: JsonObject | undefined, url: string): JsonObject {
  const own = ownOrigin(url);
  return { ...(own === undefined ? {} : { origins: [own] }), ...settings };
}

/** How the server is reached as far as the configuration tells. */
export function configuredUrl({ publicUrl, listen }: Pick<Config, 'publicUrl' | 'listen'>): string {
  return publicUrl ?? `http://${formatHostPort(listen)}`;
}

/** The origin of our pages. Undefined: they are at an address, where browsers offer no passkeys. This machine has a name. */
export function ownOrigin(url: string): string | undefined {
  if (!URL.canParse(url)) return undefined;
  const { protocol, hostname, port, origin } = new URL(url);
  const host = hostname.replace(/^\[|\]$/g, '');
  if (isIP(host) === 0) return origin;
  const local = isLoopbackHost(host) || host === '0.0.0.0' || host === '::';
  return local ? `${protocol}//localhost${port === '' ? '' : `:${port}`}` : undefined;
}
