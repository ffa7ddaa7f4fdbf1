import { createHmac, timingSafeEqual } from 'node:crypto';
import { attributeType } from './attribute-types.ts';
import { headerLength, type Packet } from './packet.ts';

const digestLength = 16;

/** Where the value of the one Message-Authenticator begins. Undefined: there is none, or several, or it is not of 16 octets. */
function placeOfValue(bytes: Buffer): number | undefined {
  let place: number | undefined;
  for (let at = headerLength; at + 1 < bytes.length; at += bytes.readUInt8(at + 1)) {
    if (bytes[at] !== attributeType.messageAuthenticator) continue;
    if (place !== undefined || bytes[at + 1] !== digestLength + 2) return undefined;
    place = at + 2;
  }
  return place;
}

/**
 * HMAC-MD5 over the packet, with the Request Authenticator in its place and the Message-Authenticator all zero (RFC 3579 §3.2).
 */
function digestOf(bytes: Buffer, place: number, requestAuthenticator: Buffer, secret: Buffer): Buffer {
  const zeroed = Buffer.from(bytes);
  requestAuthenticator.copy(zeroed, 4);
  zeroed.fill(0, place, place + digestLength);
  return createHmac('md5', secret).update(zeroed).digest();
}

/** Whether a packet carries Message-Authenticator at all, right or wrong. */
export function hasMessageAuthenticator({ attributes }: Packet): boolean {
  return attributes.some(({ type }) => type === attributeType.messageAuthenticator);
}

/** Whether the packet carries exactly one Message-Authenticator and it is right; the comparison takes the same time for every value. */
export function verifyMessageAuthenticator(
  { bytes }: Packet,
  secret: Buffer,
  requestAuthenticator: Buffer = bytes.subarray(4, headerLength),
): boolean {
  const place = placeOfValue(bytes);
  if (place === undefined) return false;
  const expected = digestOf(bytes, place, requestAuthenticator, secret);
  return timingSafeEqual(bytes.subarray(place, place + digestLength), expected);
}

/** Fills in the Message-Authenticator of an encoded packet, whose value is still all zero, in place. */
export function signMessageAuthenticator(bytes: Buffer, secret: Buffer, requestAuthenticator: Buffer): void {
  const place = placeOfValue(bytes);
  if (place === undefined) throw new TypeError('the packet has no place for a Message-Authenticator');
  digestOf(bytes, place, requestAuthenticator, secret).copy(bytes, place);
}
