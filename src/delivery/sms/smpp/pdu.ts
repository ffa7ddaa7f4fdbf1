/** The commands of SMPP 3.4 that a transmitter needs (§5.1.2.1). The answer to one is its number with the highest bit set. */
export const command = {
  bindTransmitter: 0x00000002,
  submitSm: 0x00000004,
  unbind: 0x00000006,
  enquireLink: 0x00000015,
} as const;

export const responseBit = 0x80000000;
export const genericNack = 0x80000000;
/** `command_status` of success (§5.1.3). */
export const statusOk = 0;
/** ESME_RINVCMDID: a command that we do not know. */
export const statusUnknownCommand = 3;
/** ESME_RSYSERR: the other side broke while it handled the command. */
export const statusSystemError = 8;

/** A protocol data unit: the header of four numbers (§3.2), and the body. */
export interface Pdu {
  id: number;
  status: number;
  sequence: number;
  body: Uint8Array;
}

/** Longer ones are nothing that is sent to a transmitter. */
const longestPdu = 65_536;

export function encodePdu({ id, status, sequence, body }: Pdu): Buffer {
  const header = Buffer.alloc(16);
  header.writeUInt32BE(16 + body.length, 0);
  header.writeUInt32BE(id >>> 0, 4);
  header.writeUInt32BE(status, 8);
  header.writeUInt32BE(sequence, 12);
  return Buffer.concat([header, body]);
}

/** Cuts what arrives into units, whatever pieces it comes in. */
export function pduReader(): (chunk: Uint8Array) => Pdu[] {
  let rest = Buffer.alloc(0);
  /** @throws RangeError when a length cannot be one: then nothing that follows can be understood. */
  return (chunk) => {
    rest = Buffer.concat([rest, chunk]);
    const found: Pdu[] = [];
    while (rest.length >= 4) {
      const length = rest.readUInt32BE(0);
      if (length < 16 || length > longestPdu) throw new RangeError(`a unit of ${length} octets`);
      if (rest.length < length) break;
      found.push({
        id: rest.readUInt32BE(4),
        status: rest.readUInt32BE(8),
        sequence: rest.readUInt32BE(12),
        body: rest.subarray(16, length),
      });
      rest = rest.subarray(length);
    }
    return found;
  };
}

/** A text that ends with a zero octet (§3.1, C-Octet String). What is not ASCII has no place in one. */
export function cString(text: string): Buffer {
  return Buffer.from(`${text.replace(/[^\x20-\x7E]/g, '')}\0`, 'latin1');
}
