import { createHash, timingSafeEqual } from 'node:crypto';
import { findAttribute } from './attributes.ts';
import { attributeType } from './attribute-types.ts';
import type { Packet } from './packet.ts';

/** What a caller proves by CHAP: only who has the password in clear can check it (RFC 2865 §2.2). */
export interface ChapProof {
  identifier: number;
  response: Buffer;
  challenge: Buffer;
}

/** The proof in a request: its challenge is CHAP-Challenge, or the Request Authenticator. Undefined: none, or not of 17 octets. */
export function findChapProof({ attributes, authenticator }: Packet): ChapProof | undefined {
  const password = findAttribute(attributes, attributeType.chapPassword);
  if (password?.length !== 17) return undefined;
  return {
    identifier: password.readUInt8(0),
    response: password.subarray(1),
    challenge: findAttribute(attributes, attributeType.chapChallenge) ?? authenticator,
  };
}

/** Whether the proof was made with this password (RFC 1994 §4.1). */
export function verifyChapProof({ identifier, response, challenge }: ChapProof, password: Buffer): boolean {
  const expected = createHash('md5').update(Buffer.of(identifier)).update(password).update(challenge).digest();
  return timingSafeEqual(response, expected);
}
