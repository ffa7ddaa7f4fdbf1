import { describe, expect, it } from 'vitest';
import { type IdKind, idPrefixes, newId, platformTenant } from './ids.ts';
import { systemRandom } from './random.ts';

const kinds = Object.keys(idPrefixes) as IdKind[];

describe('an id', () => {
  it.each(kinds)('of kind %s is its prefix and 26 characters that nobody takes for another', (kind) => {
    expect(newId(systemRandom, kind)).toMatch(new RegExp(`^${idPrefixes[kind]}_[0-9a-hjkmnp-tv-z]{26}$`));
  });

  it('holds 130 random bits: five of each byte', () => {
    const every = { bytes: (length: number) => Uint8Array.from({ length }, (_, index) => 8 * index + (index % 2)) };
    expect(newId(every, 'user')).toMatch(/^usr_/);
    expect(newId({ bytes: (length) => new Uint8Array(length).fill(255) }, 'user')).toBe(`usr_${'z'.repeat(26)}`);
    expect(newId({ bytes: (length) => new Uint8Array(length) }, 'user')).toBe(`usr_${'0'.repeat(26)}`);
  });

  it('is another one every time', () => {
    const ids = Array.from({ length: 1000 }, () => newId(systemRandom, 'challenge'));
    expect(new Set(ids).size).toBe(1000);
  });

  it('tells its kind: no two kinds share a prefix', () => {
    expect(new Set(Object.values(idPrefixes)).size).toBe(kinds.length);
    expect(Object.values(idPrefixes).every((prefix) => /^[a-z]{3}$/.test(prefix))).toBe(true);
  });

  it('of the platform is never one that is drawn', () => {
    expect(platformTenant).toMatch(/^tnt_/);
    expect(platformTenant).not.toHaveLength(newId(systemRandom, 'tenant').length);
  });
});
