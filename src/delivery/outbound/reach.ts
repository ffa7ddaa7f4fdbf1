import { networkMatcher } from '../../core/network.ts';
import { isPublicAddress } from './public-address.ts';

export interface ReachOptions {
  /**
   * Networks (CIDR) besides the public ones that may be reached, at any port and without TLS, e.g. that of an SMS gateway in the house.
   * Default: none.
   */
  allowedNetworks?: readonly string[];
  /** Ports of public addresses that may be reached. Default: 443. */
  allowedPorts?: readonly number[];
}

export interface Reach {
  /** Why an address may not be reached; undefined when it may. */
  refuse(address: string, way: { port: number; secure: boolean }): string | undefined;
}

/** What may be reached: public addresses over TLS, and what an operator has allowed (OUT-01). */
export function reachOf({ allowedNetworks = [], allowedPorts = [443] }: ReachOptions): Reach {
  const isAllowed = networkMatcher(allowedNetworks);
  return {
    refuse: (address, { port, secure }) => {
      if (isAllowed(address)) return undefined;
      if (!isPublicAddress(address)) return 'leads to an address that may not be reached';
      if (!secure) return 'only https may be used over the Internet';
      if (!allowedPorts.includes(port)) return `port ${port} may not be reached`;
      return undefined;
    },
  };
}
