import { z } from 'zod';

/** A text of one line, e.g. a name or a subject, of at most this many characters. */
export const lineSchema = (longest: number) =>
  z
    .string()
    .min(1)
    .max(longest)
    .regex(/^[^\p{Cc}\p{Zl}\p{Zp}]*$/u, 'must be one line without control characters');
