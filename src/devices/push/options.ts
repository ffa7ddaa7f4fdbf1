import { z } from 'zod';

/** A browser chooses nothing. */
export const pushOptions = z.strictObject({});

export type PushOptions = z.output<typeof pushOptions>;
