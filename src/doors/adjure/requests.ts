import { z } from 'zod';
import { hashAlgorithm, keyLength, keyValidDuration } from './settings.ts';

/**
 * Whether the text can name a user: 1 to 128 UTF-16 units without control characters, in Unicode NFC. Here ids are exact
 * and the engine's names are NFC, so another normal form is refused: two ids of the calling application never become one.
 */
export function isUserId(text: string): boolean {
  return /^[^\p{Cc}\p{Cs}]{1,128}$/u.test(text) && text.length <= 128 && text === text.normalize('NFC');
}

/** A text of display: data for the QR code only, never stored. */
const label = z.string().regex(/^.{0,128}$/su, 'is longer than 128 characters');

// Where a user is only looked up, an id that cannot be a user's is simply unknown.
const someUser = { user_id: z.string() };

export const provisionRequest = z.object({
  user_id: z.string().refine(isUserId, 'must be 1 to 128 characters in Unicode NFC, without control characters'),
  key_length: keyLength.optional(),
  key_valid_duration: keyValidDuration.optional(),
  hash_algorithm: hashAlgorithm.optional(),
});

export const authenticateRequest = z.object({ ...someUser, auth_code: z.string() });
export const authenticateRecoveryRequest = z.object({ ...someUser, recovery_code: z.string() });
export const regenerateRequest = z.object(someUser);
export const authCodeRequest = z.object(someUser);
export const qrcodeRequest = z.object({ ...someUser, issuer: label, username: label });
