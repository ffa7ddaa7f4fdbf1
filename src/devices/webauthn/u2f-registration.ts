import { createPublicKey, X509Certificate } from 'node:crypto';

/** What a key said when it was registered with the old API. */
export interface U2fRegistration {
  /** 65 bytes. */
  publicKey: Uint8Array;
  keyHandle: Uint8Array;
}

/**
 * Reads a raw registration message (FIDO U2F Raw Message Formats §4.3): 05, public key, length and key handle, certificate, signature.
 * Undefined: it is none.
 */
export function readU2fRegistration(data: Uint8Array): U2fRegistration | undefined {
  const bytes = Buffer.from(data);
  const handleLength = bytes[66];
  if (bytes[0] !== 0x05 || handleLength === undefined || handleLength === 0) return undefined;
  const rest = bytes.subarray(67 + handleLength);
  const certificateLength = lengthOfDer(rest);
  if (certificateLength === undefined) return undefined;
  const signature = rest.subarray(certificateLength);
  if (lengthOfDer(signature) !== signature.length || !isCertificate(rest.subarray(0, certificateLength)))
    return undefined;
  return { publicKey: bytes.subarray(1, 66), keyHandle: bytes.subarray(67, 67 + handleLength) };
}

/**
 * The COSE key (RFC 9052 §7) of the public key of a U2F key, which is a point of P-256 and signs with ES256. Undefined: it is none.
 *
 * @param point 65 bytes: 04, x, y
 */
export function coseOfU2fKey(point: Uint8Array): Uint8Array | undefined {
  if (point.length !== 65 || point[0] !== 0x04) return undefined;
  const [x, y] = [Buffer.from(point.subarray(1, 33)), Buffer.from(point.subarray(33))];
  const jwk = { kty: 'EC', crv: 'P-256', x: x.toString('base64url'), y: y.toString('base64url') };
  try {
    createPublicKey({ key: jwk, format: 'jwk' });
  } catch {
    return undefined;
  }
  // {1: 2 (EC2), 3: -7 (ES256), -1: 1 (P-256), -2: x, -3: y}
  return Buffer.concat([Buffer.from('a5010203262001215820', 'hex'), x, Buffer.from('225820', 'hex'), y]);
}

/** How long the element at the start is, header included (X.690 §8.1). Undefined: it is not a sequence, or does not fit. */
function lengthOfDer(bytes: Buffer): number | undefined {
  const [tag, first] = bytes;
  if (tag !== 0x30 || first === undefined) return undefined;
  const digits = first < 0x80 ? 0 : first - 0x80;
  if (digits > 2 || bytes.length < 2 + digits || first === 0x80) return undefined;
  const length = digits === 0 ? first : bytes.readUIntBE(2, digits);
  const total = 2 + digits + length;
  return total <= bytes.length ? total : undefined;
}

function isCertificate(der: Uint8Array): boolean {
  try {
    return new X509Certificate(der).raw.length === der.length;
  } catch {
    return false;
  }
}
