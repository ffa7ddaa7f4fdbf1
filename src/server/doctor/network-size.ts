import { isIP } from 'node:net';

/** How wide a network is: the bits of its addresses that may be anything. 32 (IPv4) and 128 (IPv6) are everybody. */
export function openBits(network: string): number {
  const [address = '', prefix] = network.split('/');
  const bits = isIP(address) === 6 ? 128 : 32;
  return prefix === undefined ? 0 : bits - Number(prefix);
}

/** Whether a network is everybody, or nearly: more than a /8 of IPv4, more than a /32 of IPv6 (what a provider is given). */
export function isHuge(network: string): boolean {
  return openBits(network) > (network.includes(':') ? 96 : 24);
}
