import { z } from 'zod';

/** There is nothing to set: which servers validate keys whose AES key is not here is said in the configuration of the server. */
export const yubikeyConfiguration = z.strictObject({});

export type YubikeyConfiguration = z.output<typeof yubikeyConfiguration>;
