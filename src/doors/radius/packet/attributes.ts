/** One attribute as it stands in a packet: what its octets mean is up to who reads it. */
export interface Attribute {
  /** 1 to 255. */
  type: number;
  /** 0 to 253 octets. */
  value: Buffer;
}

/** Octets that a value can have: the length octet counts type and length, too (RFC 2865 §5). */
export const longestValue = 253;

/** The attributes of a packet in their order; undefined when a length is too short or points beyond the end (RFC 2865 §5). */
export function parseAttributes(bytes: Buffer): Attribute[] | undefined {
  const attributes: Attribute[] = [];
  let at = 0;
  while (at < bytes.length) {
    const length = bytes[at + 1];
    if (length === undefined || length < 2 || at + length > bytes.length) return undefined;
    attributes.push({ type: bytes.readUInt8(at), value: bytes.subarray(at + 2, at + length) });
    at += length;
  }
  return attributes;
}

/** @throws RangeError for a value that no attribute can hold: a mistake of the program, never of a caller */
export function encodeAttributes(attributes: readonly Attribute[]): Buffer {
  return Buffer.concat(
    attributes.flatMap(({ type, value }) => {
      if (value.length > longestValue) throw new RangeError(`attribute ${type} has ${value.length} octets`);
      return [Buffer.of(type, value.length + 2), value];
    }),
  );
}

/** The first attribute of a type. */
export function findAttribute(attributes: readonly Attribute[], type: number): Buffer | undefined {
  return attributes.find((attribute) => attribute.type === type)?.value;
}

/** All values of a type one after the other: long values come in pieces (RFC 3579 §3.1). Undefined: there is none. */
export function joinAttributes(attributes: readonly Attribute[], type: number): Buffer | undefined {
  const pieces = attributes.filter((attribute) => attribute.type === type);
  return pieces.length === 0 ? undefined : Buffer.concat(pieces.map(({ value }) => value));
}

/** A long value in as many attributes as it takes, in order. */
export function splitAttribute(type: number, value: Buffer): Attribute[] {
  const pieces: Attribute[] = [];
  for (let at = 0; at < value.length; at += longestValue) {
    pieces.push({ type, value: value.subarray(at, at + longestValue) });
  }
  return pieces;
}
