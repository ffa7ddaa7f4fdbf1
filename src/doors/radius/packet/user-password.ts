import { createHash } from 'node:crypto';

const block = 16;
const longestPassword = 128;

/** The pad of a block: MD5 of the secret and the ciphertext before it, at first the Request Authenticator (RFC 2865 §5.2). */
function padOf(secret: Buffer, before: Buffer): Buffer {
  return createHash('md5').update(secret).update(before).digest();
}

function xorInto(target: Buffer, pad: Buffer): void {
  for (let index = 0; index < target.length; index++)
    target.writeUInt8(target.readUInt8(index) ^ (pad[index] ?? 0), index);
}

/**
 * The octets of a User-Password, without the zeros that fill it up; what they are a text of is not said. Undefined: not 16 to 128 octets in
 * blocks of 16.
 */
export function revealUserPassword(hidden: Buffer, secret: Buffer, requestAuthenticator: Buffer): Buffer | undefined {
  if (hidden.length === 0 || hidden.length > longestPassword || hidden.length % block !== 0) return undefined;
  const plain = Buffer.from(hidden);
  for (let at = 0; at < plain.length; at += block) {
    const before = at === 0 ? requestAuthenticator : hidden.subarray(at - block, at);
    xorInto(plain.subarray(at, at + block), padOf(secret, before));
  }
  let end = plain.length;
  while (end > 0 && plain[end - 1] === 0) end--;
  return plain.subarray(0, end);
}

/** @throws RangeError for more than 128 octets */
export function hideUserPassword(password: Buffer, secret: Buffer, requestAuthenticator: Buffer): Buffer {
  if (password.length > longestPassword) throw new RangeError(`a password of ${password.length} octets`);
  const hidden = Buffer.alloc(Math.max(block, Math.ceil(password.length / block) * block));
  password.copy(hidden);
  for (let at = 0; at < hidden.length; at += block) {
    const before = at === 0 ? requestAuthenticator : hidden.subarray(at - block, at);
    xorInto(hidden.subarray(at, at + block), padOf(secret, before));
  }
  return hidden;
}
