import { createECDH, createPrivateKey, createPublicKey, type KeyObject, sign } from 'node:crypto';
import type { Random } from '../core/random.ts';
import { encodeCbor } from './cbor.ts';

export type SoftAlgorithm = 'ES256' | 'EdDSA' | 'RS256';

/** A key pair of an authenticator. */
export interface SoftKey {
  algorithm: SoftAlgorithm;
  privateKey: KeyObject;
  /** COSE key (RFC 9052 §7). */
  cose: Uint8Array;
  /** As authenticators sign: DER for ECDSA (WebAuthn §6.5.5). */
  sign(data: Uint8Array): Uint8Array;
}

/** COSE algorithm identifiers (RFC 9053, RFC 8812). */
const identifiers: Readonly<Record<SoftAlgorithm, number>> = { ES256: -7, EdDSA: -8, RS256: -257 };

/** A new key of P-256 or Ed25519, made of these random bytes. */
export function makeSoftKey(random: Random, algorithm: 'ES256' | 'EdDSA' = 'ES256'): SoftKey {
  return softKey(algorithm === 'ES256' ? ellipticKey(random) : edwardsKey(random));
}

/** An existing private key: of P-256, Ed25519 or RSA. */
export function softKey(privateKey: KeyObject): SoftKey {
  const jwk = createPublicKey(privateKey).export({ format: 'jwk' });
  const part = (name: 'x' | 'y' | 'n' | 'e') => Buffer.from(jwk[name] ?? '', 'base64url');
  const algorithm = jwk.kty === 'RSA' ? 'RS256' : jwk.kty === 'OKP' ? 'EdDSA' : 'ES256';
  const identifier = identifiers[algorithm];
  const entries: [number, number | Uint8Array][] =
    algorithm === 'RS256'
      ? [
          [1, 3],
          [3, identifier],
          [-1, part('n')],
          [-2, part('e')],
        ]
      : algorithm === 'EdDSA'
        ? [
            [1, 1],
            [3, identifier],
            [-1, 6],
            [-2, part('x')],
          ]
        : [
            [1, 2],
            [3, identifier],
            [-1, 1],
            [-2, part('x')],
            [-3, part('y')],
          ];
  return {
    algorithm,
    privateKey,
    cose: encodeCbor(new Map(entries)),
    sign: (data) => sign(algorithm === 'EdDSA' ? null : 'sha256', data, privateKey),
  };
}

/** The 65 bytes 04, x, y of a key of P-256: how U2F writes a public key. */
export function pointOf({ privateKey }: SoftKey): Buffer {
  const { x = '', y = '' } = createPublicKey(privateKey).export({ format: 'jwk' });
  return Buffer.concat([Buffer.from([4]), Buffer.from(x, 'base64url'), Buffer.from(y, 'base64url')]);
}

function ellipticKey(random: Random): KeyObject {
  const pair = createECDH('prime256v1');
  pair.setPrivateKey(random.bytes(32));
  const point = pair.getPublicKey();
  const text = (bytes: Buffer) => bytes.toString('base64url');
  const [x, y] = [text(point.subarray(1, 33)), text(point.subarray(33))];
  const d = text(Buffer.concat([Buffer.alloc(32), pair.getPrivateKey()]).subarray(-32));
  return createPrivateKey({ key: { kty: 'EC', crv: 'P-256', x, y, d }, format: 'jwk' });
}

function edwardsKey(random: Random): KeyObject {
  // PKCS #8 with the 32 bytes of RFC 8410 §7.
  const header = Buffer.from('302e020100300506032b657004220420', 'hex');
  return createPrivateKey({ key: Buffer.concat([header, random.bytes(32)]), format: 'der', type: 'pkcs8' });
}
