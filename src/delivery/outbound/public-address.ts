import { isIP } from 'node:net';
import { canonicalAddress, networkMatcher } from '../../core/network.ts';

/**
 * Networks that do not lead to a server on the public Internet: this machine, the house, the link, documentation, multicast, and the
 * prefixes that carry an IPv4 address inside an IPv6 one (IANA special-purpose address registries, RFC 6890).
 */
const specialNetworks = [
  '0.0.0.0/8',
  '10.0.0.0/8',
  '100.64.0.0/10',
  '127.0.0.0/8',
  '169.254.0.0/16',
  '172.16.0.0/12',
  '192.0.0.0/24',
  '192.0.2.0/24',
  '192.88.99.0/24',
  '192.168.0.0/16',
  '198.18.0.0/15',
  '198.51.100.0/24',
  '203.0.113.0/24',
  '224.0.0.0/4',
  '240.0.0.0/4',
  '::/96',
  '64:ff9b::/96',
  '64:ff9b:1::/48',
  '100::/64',
  '2001::/23',
  '2001:db8::/32',
  '2002::/16',
  '3fff::/20',
  'fc00::/7',
  'fe80::/10',
  'fec0::/10',
  'ff00::/8',
];

const isSpecial = networkMatcher(specialNetworks);

/** Whether an address is that of a server on the public Internet. A text that is no address is not. */
export function isPublicAddress(address: string): boolean {
  const canonical = canonicalAddress(address);
  return isIP(canonical) !== 0 && !isSpecial(canonical);
}
