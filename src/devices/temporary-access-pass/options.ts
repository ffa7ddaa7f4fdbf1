import { z } from 'zod';
import { passLifeSeconds } from './configuration.ts';

/** What whoever issues a pass may choose. */
export const accessPassOptions = z.strictObject({
  lifeSeconds: passLifeSeconds.optional().describe('How long it can be used. Default: that of the configuration.'),
});

export type AccessPassOptions = z.output<typeof accessPassOptions>;
