import { z } from 'zod';

const hour = 3600;

/** The life of a pass in seconds: ten minutes to a week. */
export const passLifeSeconds = z
  .int()
  .min(600)
  .max(7 * 24 * hour);

/** How access passes are made. */
export const accessPassConfiguration = z.strictObject({
  lifeSeconds: passLifeSeconds.default(hour).describe('How long a pass can be used, if nothing else is asked for.'),
});

export type AccessPassConfiguration = z.output<typeof accessPassConfiguration>;
