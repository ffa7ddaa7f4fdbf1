import { type Attribute, encodeAttributes, parseAttributes } from './attributes.ts';

/** Code, identifier, length and authenticator (RFC 2865 §3). */
export const headerLength = 20;
export const longestPacket = 4096;

/** A packet that is well formed; nothing about it has been authenticated yet. */
export interface Packet {
  code: number;
  identifier: number;
  /** 16 octets. */
  authenticator: Buffer;
  attributes: readonly Attribute[];
  /** The packet itself, without what may follow it in the datagram. */
  bytes: Buffer;
}

/**
 * Reads a packet. Octets behind its length are padding and not looked at; undefined: it is shorter than its length, shorter than a header,
 * longer than 4096 octets, or its attributes do not fit (RFC 2865 §3: such a packet is dropped silently).
 */
export function parsePacket(datagram: Buffer): Packet | undefined {
  if (datagram.length < headerLength) return undefined;
  const length = datagram.readUInt16BE(2);
  if (length < headerLength || length > longestPacket || length > datagram.length) return undefined;
  const bytes = datagram.subarray(0, length);
  const attributes = parseAttributes(bytes.subarray(headerLength));
  return (
    attributes && {
      code: bytes.readUInt8(0),
      identifier: bytes.readUInt8(1),
      authenticator: bytes.subarray(4, headerLength),
      attributes,
      bytes,
    }
  );
}

/** @throws RangeError for more than a packet can hold: a mistake of the program, never of a caller */
export function encodePacket({ code, identifier, authenticator, attributes }: Omit<Packet, 'bytes'>): Buffer {
  const content = encodeAttributes(attributes);
  const length = headerLength + content.length;
  if (length > longestPacket) throw new RangeError(`a packet of ${length} octets`);
  return Buffer.concat([Buffer.of(code, identifier, length >> 8, length & 0xff), authenticator, content]);
}
