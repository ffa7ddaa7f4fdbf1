import { z } from 'zod';

/** There is nothing to set: how often a user may be asked is the policy's. */
export const pushConfiguration = z.strictObject({});

export type PushConfiguration = z.output<typeof pushConfiguration>;
