import { z } from 'zod';
import { normalizeCode } from '../../otp/index.ts';
import { pushSubscription } from './subscription.ts';

/** 256 random bits in base64url. The last character carries two bits that nothing else may be put into. */
export const browserToken = z.string().regex(/^[\w-]{42}[AEIMQUYcgkosw048]$/);

/** What completes an enrollment: the browser has made itself a token. */
export const registration = z.object({ token: browserToken, subscription: pushSubscription.nullish() });

/** An approval: the token of the browser, and the number that is shown where the sign-in was asked for. */
export const approval = z.object({
  token: browserToken,
  number: z
    .string()
    .max(32)
    .transform(normalizeCode)
    .pipe(z.string().regex(/^[0-9]{2}$/)),
});
