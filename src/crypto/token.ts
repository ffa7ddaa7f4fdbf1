import { hash } from 'node:crypto';
import { type Random, randomText } from '../core/random.ts';
import { equalText } from './constant-time.ts';

const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';

/**
 * A bearer token: the prefix (which makes a leaked token recognisable), an underscore and 43 letters and digits, 256
 * random bits.
 */
export function newToken(random: Random, prefix: string): string {
  return `${prefix}_${randomText(random, 43, alphabet)}`;
}

/**
 * How a token is kept: its SHA-256 in base64url, 43 characters. Enough for at least 128 random bits, which nobody can
 * guess; for what a person types or a short code use `KeyRing.hash`.
 */
export function hashToken(text: string): string {
  return hash('sha256', text, 'base64url');
}

/** Whether `text` is the whole token that `digest` was made from. Constant time. */
export function tokenMatches(text: string, digest: string): boolean {
  return equalText(hashToken(text), digest);
}
