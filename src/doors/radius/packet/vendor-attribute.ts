import type { Attribute } from './attributes.ts';
import { longestValue } from './attributes.ts';
import { attributeType } from './attribute-types.ts';

/** A vendor's own attribute inside Vendor-Specific (RFC 2865 §5.26). */
export interface VendorAttribute {
  /** The vendor's number in the registry of private enterprises. */
  vendor: number;
  type: number;
  value: Buffer;
}

/** @throws RangeError for a value of more than 247 octets */
export function encodeVendorAttribute({ vendor, type, value }: VendorAttribute): Attribute {
  if (value.length > longestValue - 6) throw new RangeError(`vendor attribute ${type} has ${value.length} octets`);
  const head = Buffer.alloc(6);
  head.writeUInt32BE(vendor, 0);
  head.writeUInt8(type, 4);
  head.writeUInt8(value.length + 2, 5);
  return { type: attributeType.vendorSpecific, value: Buffer.concat([head, value]) };
}

/** The vendors' attributes of a packet; one whose inside is of another form is left out. */
export function findVendorAttributes(attributes: readonly Attribute[]): VendorAttribute[] {
  return attributes.flatMap(({ type, value }) => {
    if (type !== attributeType.vendorSpecific || value.length < 6) return [];
    const found: VendorAttribute[] = [];
    for (let at = 4; at < value.length;) {
      const length = value[at + 1];
      if (length === undefined || length < 2 || at + length > value.length) return [];
      found.push({
        vendor: value.readUInt32BE(0),
        type: value.readUInt8(at),
        value: value.subarray(at + 2, at + length),
      });
      at += length;
    }
    return found;
  });
}
