import { createPublicKey, type JsonWebKeyInput } from 'node:crypto';

/** The algorithms that are asked for, best first (RFC 9053, RFC 8812): EdDSA with Ed25519, ES256, ES384, ES512, RS256. */
export const algorithms: readonly number[] = [-8, -7, -35, -36, -257];

/** The type and the curve that belong to an algorithm; one without is RSA. */
const curves: Readonly<Record<number, { type: number; curve: number; name: string; length: number }>> = {
  [-8]: { type: 1, curve: 6, name: 'Ed25519', length: 32 },
  [-7]: { type: 2, curve: 1, name: 'P-256', length: 32 },
  [-35]: { type: 2, curve: 2, name: 'P-384', length: 48 },
  [-36]: { type: 2, curve: 3, name: 'P-521', length: 66 },
};

/** 2048 bits. */
const shortestModulus = 256;

/**
 * Whether a COSE key (RFC 9052 §7) is of an algorithm that is asked for, on the curve that belongs to it, long enough, and nothing else
 * (WebAuthn §6.5.1.1).
 */
export function isUsableKey(cose: Uint8Array): boolean {
  const key = readCoseKey(Buffer.from(cose));
  const jwk = key && jwkOf(key);
  if (jwk === undefined) return false;
  try {
    // Refuses what is not a point of the curve.
    return createPublicKey({ key: jwk, format: 'jwk' }).type === 'public';
  } catch {
    return false;
  }
}

type CoseKey = ReadonlyMap<number, number | Buffer>;

function jwkOf(key: CoseKey): JsonWebKeyInput['key'] | undefined {
  const algorithm = key.get(3);
  if (typeof algorithm !== 'number' || !algorithms.includes(algorithm)) return undefined;
  const [first, second, third] = [key.get(-1), key.get(-2), key.get(-3)];
  const wanted = curves[algorithm];
  if (wanted === undefined) {
    if (key.get(1) !== 3 || key.size !== 4 || !Buffer.isBuffer(first) || !Buffer.isBuffer(second)) return undefined;
    if (first.length < shortestModulus) return undefined;
    return { kty: 'RSA', n: first.toString('base64url'), e: second.toString('base64url') };
  }
  const { type, curve, name, length } = wanted;
  const isPoint = (part: unknown): part is Buffer => Buffer.isBuffer(part) && part.length === length;
  if (key.get(1) !== type || first !== curve || !isPoint(second)) return undefined;
  if (type === 1) return key.size === 4 ? { kty: 'OKP', crv: name, x: second.toString('base64url') } : undefined;
  if (key.size !== 5 || !isPoint(third)) return undefined;
  return { kty: 'EC', crv: name, x: second.toString('base64url'), y: third.toString('base64url') };
}

/** A map of integers to integers and bytes (RFC 8949), with nothing behind it and no label twice. Undefined: it is something else. */
function readCoseKey(bytes: Buffer): CoseKey | undefined {
  const key = new Map<number, number | Buffer>();
  const [count, start] = readHead(bytes, 0);
  if (count?.major !== 5) return undefined;
  let place = start;
  for (let entry = 0; entry < count.argument; entry++) {
    const [label, behindLabel] = readHead(bytes, place);
    const [value, behindValue] = readHead(bytes, behindLabel);
    const name = integerOf(label);
    if (name === undefined || value === undefined || key.has(name)) return undefined;
    place = behindValue;
    if (value.major === 2) {
      const end = place + value.argument;
      if (end > bytes.length) return undefined;
      key.set(name, bytes.subarray(place, end));
      place = end;
    } else {
      const number = integerOf(value);
      if (number === undefined) return undefined;
      key.set(name, number);
    }
  }
  return place === bytes.length ? key : undefined;
}

interface Head {
  major: number;
  argument: number;
}

/** Major type and argument of up to two bytes (RFC 8949 §3), and where it ends. */
function readHead(bytes: Buffer, place: number): [head: Head | undefined, end: number] {
  const first = bytes[place];
  if (first === undefined) return [undefined, place];
  const [major, short] = [first >> 5, first & 0x1f];
  if (short < 24) return [{ major, argument: short }, place + 1];
  const length = short - 23;
  const end = place + 1 + length;
  if (length > 2 || end > bytes.length) return [undefined, place];
  return [{ major, argument: bytes.readUIntBE(place + 1, length) }, end];
}

function integerOf(head: Head | undefined): number | undefined {
  if (head?.major === 0) return head.argument;
  return head?.major === 1 ? -1 - head.argument : undefined;
}
