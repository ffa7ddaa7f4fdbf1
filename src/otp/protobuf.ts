/** The fields of a protobuf message: by number, in order, integers as unsigned 64-bit, the rest as bytes. */
export type ProtobufFields = Map<number, (bigint | Uint8Array)[]>;

/**
 * Reads one protobuf message (varints, fixed-width numbers and length-delimited fields), never beyond its end. Undefined
 * when it is malformed or cut short.
 */
export function readProtobuf(bytes: Uint8Array): ProtobufFields | undefined {
  const fields: ProtobufFields = new Map();
  let position = 0;

  const readVarint = (): bigint | undefined => {
    let value = 0n;
    for (let shift = 0n; shift < 70n; shift += 7n) {
      const byte = bytes[position++];
      if (byte === undefined) return undefined;
      value |= BigInt(byte & 0x7f) << shift;
      if (byte < 0x80) return value < 1n << 64n ? value : undefined;
    }
    return undefined;
  };

  const readBytes = (length: number): Uint8Array | undefined => {
    if (length > bytes.length - position) return undefined;
    position += length;
    return bytes.subarray(position - length, position);
  };

  const readValue = (wireType: number): bigint | Uint8Array | undefined => {
    if (wireType === 0) return readVarint();
    if (wireType === 1) return readBytes(8);
    if (wireType === 5) return readBytes(4);
    if (wireType !== 2) return undefined;
    const length = readVarint();
    return length === undefined ? undefined : readBytes(Number(length));
  };

  while (position < bytes.length) {
    const tag = readVarint();
    if (tag === undefined || tag < 8n || tag >= 1n << 32n) return undefined;
    const value = readValue(Number(tag & 7n));
    if (value === undefined) return undefined;
    const number = Number(tag >> 3n);
    fields.set(number, [...(fields.get(number) ?? []), value]);
  }
  return fields;
}
