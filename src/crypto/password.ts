import { invalidParameter } from '../core/errors.ts';

/** The longest password that is accepted, in code points; long enough for any passphrase, short enough to hash. */
export const maximumPasswordLength = 1024;

/** OWASP's recommendation for argon2id: 19 MiB, two passes, one lane. About 20 ms of one core. */
const cost = { memoryCost: 19_456, timeCost: 2, parallelism: 1 };
const currentPrefix = `$argon2id$v=19$m=${cost.memoryCost},t=${cost.timeCost},p=${cost.parallelism}$`;

/** The hash of a random text that nobody knows: what is verified for a user who does not exist (ENM-02). */
const dummyHash = `${currentPrefix}lM/eggGi0Ki6t5SCMYgfFw$AAWDVQSXjs9PJReX7x4TztjZt5jXO/y0YJldA/dEGxI`;

/**
 * Hashes a password with argon2id, as a PHC string. The whole of it counts, spaces included; it is normalised to NFC, so
 * that one password typed on two keyboards is one password (NIST SP 800-63B §3.1.1.2).
 *
 * @throws `invalid_parameters` when the password is empty, longer than {@link maximumPasswordLength} or not text
 */
export async function hashPassword(password: string): Promise<string> {
  const normal = normalisePassword(password);
  if (normal === undefined) {
    throw invalidParameter('password', `must be text of 1 to ${maximumPasswordLength} characters`);
  }
  const argon2 = await import('@node-rs/argon2');
  return argon2.hash(normal, cost);
}

/**
 * Whether this is the password that `phc` was made from. Without a hash (there is no such user, or he has no password) the
 * same work is done and the answer is no. A hash that cannot be read is answered in the same way.
 */
export async function verifyPassword(password: string, phc: string | undefined): Promise<boolean> {
  const normal = normalisePassword(password);
  if (normal === undefined) return false;
  const argon2 = await import('@node-rs/argon2');
  if (phc !== undefined) {
    try {
      return await argon2.verify(phc, normal);
    } catch {
      // Not a PHC string of argon2: answered like a user without one.
    }
  }
  await argon2.verify(dummyHash, normal);
  return false;
}

/** Whether a hash was made with today's cost. If not, hash the password again when it is next verified. */
export function passwordHashIsCurrent(phc: string): boolean {
  return phc.startsWith(currentPrefix);
}

/**
 * The form in which a password is hashed; undefined when it cannot be one: empty, too long, with a NUL, or with half a
 * surrogate pair (which UTF-8 cannot carry, so that two such passwords would be one).
 */
export function normalisePassword(password: string): string | undefined {
  // Two UTF-16 units a code point at most: what is far too long is not worth normalising.
  if (password.length > 2 * maximumPasswordLength) return undefined;
  const normal = password.normalize('NFC');
  if (/[\0\p{Surrogate}]/u.test(normal)) return undefined;
  const length = Array.from(normal).length;
  return length >= 1 && length <= maximumPasswordLength ? normal : undefined;
}
