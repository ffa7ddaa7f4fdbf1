import { generateKeyPairSync } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { type Cbor, encodeCbor, makeSoftKey, softKey } from '../../testing/index.ts';
import { seededRandom } from '../kind-context.fixture.ts';
import { isUsableKey } from './cose-key.ts';

const random = seededRandom('keys');
const elliptic = makeSoftKey(random).cose;
const edwards = makeSoftKey(random, 'EdDSA').cose;
const point = (curve: 'P-256' | 'P-384' | 'P-521') => {
  const { x = '', y = '' } = generateKeyPairSync('ec', { namedCurve: curve }).publicKey.export({ format: 'jwk' });
  return { x: Buffer.from(x, 'base64url'), y: Buffer.from(y, 'base64url') };
};
const key = (...entries: [number, Cbor][]) => encodeCbor(new Map<number, Cbor>(entries));

describe('the public key of a credential', () => {
  test('is of one of the algorithms that are asked for (FID-11)', () => {
    const { x, y } = point('P-256');
    const [p384, p521] = [point('P-384'), point('P-521')];
    const rsa = softKey(generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey).cose;
    for (const good of [
      elliptic,
      edwards,
      rsa,
      key([1, 2], [3, -7], [-1, 1], [-2, x], [-3, y]),
      key([1, 2], [3, -35], [-1, 2], [-2, p384.x], [-3, p384.y]),
      key([1, 2], [3, -36], [-1, 3], [-2, p521.x], [-3, p521.y]),
    ])
      expect(isUsableKey(good)).toBe(true);
  });

  test.each<[string, (at: { x: Buffer; y: Buffer }) => Uint8Array]>([
    ['the algorithm of another curve', ({ x, y }) => key([1, 2], [3, -35], [-1, 1], [-2, x], [-3, y])],
    ['another curve', ({ x, y }) => key([1, 2], [3, -7], [-1, 8], [-2, x], [-3, y])],
    ['the type of another algorithm', ({ x, y }) => key([1, 3], [3, -7], [-1, 1], [-2, x], [-3, y])],
    ['Ed448', ({ x }) => key([1, 1], [3, -53], [-1, 7], [-2, x])],
    ['RS1', ({ x }) => key([1, 3], [3, -65_535], [-1, x], [-2, Buffer.from([1, 0, 1])])],
    ['a short modulus', ({ x }) => key([1, 3], [3, -257], [-1, x], [-2, Buffer.from([1, 0, 1])])],
    ['no algorithm', ({ x, y }) => key([1, 2], [-1, 1], [-2, x], [-3, y])],
    ['no y', ({ x }) => key([1, 2], [3, -7], [-1, 1], [-2, x])],
    ['a private part', ({ x, y }) => key([1, 2], [3, -7], [-1, 1], [-2, x], [-3, y], [-4, x])],
    ['a point besides the curve', ({ x }) => key([1, 2], [3, -7], [-1, 1], [-2, x], [-3, x])],
    [
      'coordinates that are too long',
      ({ x, y }) => key([1, 2], [3, -7], [-1, 1], [-2, Buffer.concat([x, x])], [-3, y]),
    ],
    ['coordinates that are texts', () => key([1, 2], [3, -7], [-1, 1], [-2, 'x'], [-3, 'y'])],
    ['a list', () => encodeCbor([1, 2, 3])],
    ['nothing', () => Buffer.alloc(0)],
  ])('with %s is refused (FID-11)', (_what, make) => {
    expect(isUsableKey(make(point('P-256')))).toBe(false);
  });

  test('is read to its end and no further, with no label twice (FID-12)', () => {
    for (const good of [elliptic, edwards]) {
      for (let length = 0; length < good.length; length++) expect(isUsableKey(good.subarray(0, length))).toBe(false);
      expect(isUsableKey(Buffer.concat([good, Buffer.from([0])]))).toBe(false);
      // One entry more, which is the first again.
      const twice = Buffer.concat([Buffer.from([(good[0] ?? 0) + 1]), good.subarray(1), good.subarray(1, 3)]);
      expect(isUsableKey(twice)).toBe(false);
    }
  });
});
