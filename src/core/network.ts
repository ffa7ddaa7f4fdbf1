import { BlockList, isIP, SocketAddress } from 'node:net';

/**
 * The one spelling of an address (RFC 5952), without an interface. An IPv4-mapped IPv6 address (`::ffff:192.0.2.1`) is the
 * IPv4 address it carries. A text that is no address stays as it is.
 */
export function canonicalAddress(address: string): string {
  if (isIP(address) !== 6) return address;
  const canonical = new SocketAddress({ address, family: 'ipv6' }).address;
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/.exec(canonical);
  return mapped?.[1] ?? canonical;
}

/** Whether the text is an address or a network in CIDR notation (RFC 4632, RFC 4291). */
export function isNetwork(text: string): boolean {
  const [address = '', prefix, ...rest] = text.split('/');
  const family = isIP(address);
  if (family === 0 || address.includes('%') || rest.length > 0) return false;
  return prefix === undefined || (/^\d{1,3}$/.test(prefix) && Number(prefix) <= (family === 4 ? 32 : 128));
}

/** Whether an address lies in one of the networks. A text that is no address lies in none. */
export function isInNetworks(address: string, networks: readonly string[]): boolean {
  return networkMatcher(networks)(address);
}

/** {@link isInNetworks} for many addresses. */
export function networkMatcher(networks: readonly string[]): (address: string) => boolean {
  const list = new BlockList();
  for (const network of networks.filter(isNetwork)) {
    const [base = '', prefix] = network.split('/');
    const type = isIP(base) === 4 ? 'ipv4' : 'ipv6';
    list.addSubnet(base, prefix === undefined ? (type === 'ipv4' ? 32 : 128) : Number(prefix), type);
  }
  return (address) => {
    const canonical = canonicalAddress(address);
    const family = isIP(canonical);
    return family !== 0 && list.check(canonical, family === 4 ? 'ipv4' : 'ipv6');
  };
}

/** The networks of this machine's loopback interface. */
export const loopbackNetworks = ['127.0.0.0/8', '::1/128'] as const;

/**
 * The key under which a source is counted: an IPv4 address, or the /64 of an IPv6 address, because one subscriber holds
 * a whole /64 and could change the rest at will.
 */
export function sourceKey(address: string): string {
  const canonical = canonicalAddress(address);
  if (isIP(canonical) !== 6) return canonical;
  const [head = '', tail = ''] = canonical.split('::');
  const left = head === '' ? [] : head.split(':');
  const right = tail === '' ? [] : tail.split(':');
  const zeros = Array.from({ length: Math.max(0, 8 - left.length - right.length) }, () => '0');
  return `${[...left, ...zeros, ...right].slice(0, 4).join(':')}::/64`;
}

/** Whether a host is this machine's own, whoever resolves it. A name other than `localhost` may lead anywhere. */
export function isLoopbackHost(host: string): boolean {
  return host.toLowerCase() === 'localhost' || isInNetworks(host, loopbackNetworks);
}
