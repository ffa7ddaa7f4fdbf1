import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { canonicalAddress, isInNetworks, isNetwork, loopbackNetworks, sourceKey } from './network.ts';

const groups = fc.array(fc.nat({ max: 0xffff }), { minLength: 8, maxLength: 8 });

/** Spellings of one IPv6 address (RFC 4291 §2.2): in full, padded, in capitals, compressed, with a dotted tail. */
function spellings(groups: readonly number[]): string[] {
  const hex = groups.map((group) => group.toString(16));
  const [a = 0, b = 0] = groups.slice(6);
  const tail = dotted((a << 16) | b);
  const full = hex.join(':');
  return [
    full,
    full.toUpperCase(),
    hex.map((group) => group.padStart(4, '0')).join(':'),
    `${hex.slice(0, 6).join(':')}:${tail}`,
    full.replace(/(?:^|:)0(?::0)+(?:$|:)/, '::'),
    `${hex.slice(0, 6).join(':')}:${tail}`.replace(/(?:^|:)0(?::0)*(?:$|:)/, '::'),
  ];
}

function dotted(bits: number): string {
  return [bits >>> 24, (bits >>> 16) & 255, (bits >>> 8) & 255, bits & 255].join('.');
}

describe('a network', () => {
  it.each([
    '192.0.2.1',
    '192.0.2.0/24',
    '0.0.0.0/0',
    '192.0.2.77/24',
    '192.0.2.1/32',
    '2001:db8::1',
    '2001:db8::/32',
    '::/0',
    '::1/128',
    '::ffff:192.0.2.0/120',
  ])('may be %j', (text) => {
    expect(isNetwork(text)).toBe(true);
    expect(() => isInNetworks('192.0.2.1', [text])).not.toThrow();
  });

  it.each([
    '',
    '/',
    '/24',
    '192.0.2.0/',
    '192.0.2.0/33',
    '192.0.2.0/-1',
    '192.0.2.0/1e1',
    '192.0.2.0/24/24',
    '192.0.2.0/255.255.255.0',
    '192.0.2',
    '192.0.2.256',
    '0300.0.2.1',
    '192.0.2.1 ',
    '2001:db8::/129',
    '2001:db8::/',
    'fe80::1%eth0',
    'fe80::%eth0/64',
    '[::1]',
    'localhost',
    'example.org/24',
  ])('is never %j', (text) => {
    expect(isNetwork(text)).toBe(false);
    expect(isInNetworks('192.0.2.1', [text])).toBe(false);
  });
});

describe('an address', () => {
  it.each([
    ['192.0.2.1', '192.0.2.1'],
    ['192.0.2.255', '192.0.2.0/24'],
    ['192.0.2.1', '192.0.2.77/24'],
    ['198.51.100.7', '0.0.0.0/0'],
    ['2001:db8::1', '2001:db8::/32'],
    ['2001:DB8:0:0::1', '2001:db8::1'],
    ['::ffff:192.0.2.1', '192.0.2.0/24'],
    ['::ffff:c000:201', '192.0.2.0/24'],
    ['0:0:0:0:0:FFFF:192.0.2.1', '192.0.2.1'],
    ['127.8.9.1', loopbackNetworks[0]],
    ['::1', loopbackNetworks[1]],
  ])('%s lies in %s', (address, network) => {
    expect(isInNetworks(address, [network])).toBe(true);
    expect(isInNetworks(address, ['203.0.113.0/24', network])).toBe(true);
  });

  it.each([
    ['192.0.3.0', '192.0.2.0/24'],
    ['192.0.2.2', '192.0.2.1'],
    ['2001:db9::1', '2001:db8::/32'],
    ['192.0.2.1', '2001:db8::/32'],
    ['2001:db8::1', '0.0.0.0/0'],
    ['::2', loopbackNetworks[1]],
    ['', '0.0.0.0/0'],
    ['192.0.2.1, 203.0.113.1', '0.0.0.0/0'],
    ['192.0.2.1/32', '192.0.2.0/24'],
    ['localhost', loopbackNetworks[0]],
    ['::ffff:999.0.2.1', '0.0.0.0/0'],
  ])('%j does not lie in %s', (address, network) => {
    expect(isInNetworks(address, [network])).toBe(false);
  });

  it('lies in none of no networks', () => {
    expect(isInNetworks('192.0.2.1', [])).toBe(false);
  });

  it('lies in a network exactly when they share the bits of its prefix', () => {
    const address = fc.nat({ max: 0xffffffff });
    fc.assert(
      fc.property(address, address, fc.nat({ max: 32 }), fc.boolean(), (base, other, prefix, near) => {
        // Near the border of the network, where the mistakes are.
        const bits = near ? (base ^ (1 << Math.max(0, 32 - prefix - 1))) >>> 0 : other;
        const inside = prefix === 0 || base >>> (32 - prefix) === bits >>> (32 - prefix);
        expect(isInNetworks(dotted(bits), [`${dotted(base)}/${prefix}`])).toBe(inside);
      }),
    );
  });

  it('is the same in every spelling of it', () => {
    fc.assert(
      fc.property(groups, (groups) => {
        const canonical = spellings(groups).map(canonicalAddress);
        expect(new Set(canonical).size).toBe(1);
        expect(isInNetworks(canonical[0]!, spellings(groups).slice(0, 1))).toBe(true);
      }),
    );
  });

  it.each([
    ['::ffff:192.0.2.1', '192.0.2.1'],
    ['::FFFF:192.0.2.1', '192.0.2.1'],
    ['::ffff:c000:201', '192.0.2.1'],
    ['192.0.2.1', '192.0.2.1'],
    ['2001:DB8::0:1', '2001:db8::1'],
    ['no address', 'no address'],
    ['::ffff:999.0.2.1', '::ffff:999.0.2.1'],
  ])('%j is %j', (address, canonical) => {
    expect(canonicalAddress(address)).toBe(canonical);
  });
});

describe('the key of a source', () => {
  it('of an IPv4 address is the address, also inside an IPv6 address (BF-10)', () => {
    expect(sourceKey('192.0.2.1')).toBe('192.0.2.1');
    expect(sourceKey('::ffff:192.0.2.1')).toBe('192.0.2.1');
    expect(sourceKey('::ffff:c000:201')).toBe('192.0.2.1');
    expect(sourceKey('192.0.2.2')).not.toBe(sourceKey('192.0.2.1'));
  });

  it('of an IPv6 address is its /64, whatever the rest and however it is spelled', () => {
    const rest = fc.array(fc.nat({ max: 0xffff }), { minLength: 4, maxLength: 4 });
    // No network that carries IPv4 addresses: ::/64 is not one subscriber's.
    const network = fc
      .array(fc.nat({ max: 0xffff }), { minLength: 4, maxLength: 4 })
      .filter((n) => n.some((g) => g > 0));
    fc.assert(
      fc.property(network, rest, rest, (network, one, two) => {
        const keys = [...spellings([...network, ...one]), ...spellings([...network, ...two])].map(sourceKey);
        expect(new Set(keys).size).toBe(1);
        expect(keys[0]).toBe(`${network.map((group) => group.toString(16)).join(':')}::/64`);
      }),
    );
  });

  it('leaves the interface out of a link-local address', () => {
    expect(sourceKey('fe80::1%eth0')).toBe('fe80:0:0:0::/64');
  });

  it('of what is no address is the text itself', () => {
    expect(sourceKey('somewhere')).toBe('somewhere');
    expect(sourceKey('')).toBe('');
  });
});
