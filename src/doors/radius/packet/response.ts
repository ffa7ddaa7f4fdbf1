import { createHash, timingSafeEqual } from 'node:crypto';
import type { Attribute } from './attributes.ts';
import { attributeType } from './attribute-types.ts';
import { signMessageAuthenticator } from './message-authenticator.ts';
import { encodePacket, headerLength, type Packet } from './packet.ts';
import { packetCode, type PacketCode } from './packet-codes.ts';

/**
 * The answer to a request: Message-Authenticator first, before anything that a stranger could have chosen (CVE-2024-3596), the request's
 * Proxy-State attributes unchanged and in their order (RFC 2865 §5.33), the Response Authenticator over all of it (RFC 2865 §3).
 */
export function encodeResponse(
  request: Packet,
  secret: Buffer,
  code: PacketCode,
  attributes: readonly Attribute[] = [],
): Buffer {
  const { identifier, authenticator } = request;
  const proxyStates = request.attributes.filter(({ type }) => type === attributeType.proxyState);
  const bytes = encodePacket({
    code,
    identifier,
    authenticator,
    attributes: [{ type: attributeType.messageAuthenticator, value: Buffer.alloc(16) }, ...attributes, ...proxyStates],
  });
  signMessageAuthenticator(bytes, secret, authenticator);
  responseAuthenticator(bytes, authenticator, secret).copy(bytes, 4);
  return bytes;
}

/** MD5 of the response with the Request Authenticator in its place, and the secret (RFC 2865 §3). */
function responseAuthenticator(bytes: Buffer, requestAuthenticator: Buffer, secret: Buffer): Buffer {
  return createHash('md5')
    .update(bytes.subarray(0, 4))
    .update(requestAuthenticator)
    .update(bytes.subarray(headerLength))
    .update(secret)
    .digest();
}

/** Whether a response belongs to a request and was made by somebody who knows the secret: what a client checks. */
export function verifyResponse(response: Packet, requestAuthenticator: Buffer, secret: Buffer): boolean {
  return timingSafeEqual(response.authenticator, responseAuthenticator(response.bytes, requestAuthenticator, secret));
}

/** Whether the authenticator of an Accounting-Request is right: as that of a response, with sixteen zero octets in its place (RFC 2866 §3). */
export function verifyAccountingRequest(request: Packet, secret: Buffer): boolean {
  if (request.code !== packetCode.accountingRequest) return false;
  return timingSafeEqual(request.authenticator, responseAuthenticator(request.bytes, Buffer.alloc(16), secret));
}
