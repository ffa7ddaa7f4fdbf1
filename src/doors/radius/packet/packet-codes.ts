/** Packet types (RFC 2865 §3, RFC 2866 §3, RFC 5997 §2). Every other code is dropped without an answer. */
export const packetCode = {
  accessRequest: 1,
  accessAccept: 2,
  accessReject: 3,
  accountingRequest: 4,
  accountingResponse: 5,
  accessChallenge: 11,
  statusServer: 12,
} as const;

export type PacketCode = (typeof packetCode)[keyof typeof packetCode];
