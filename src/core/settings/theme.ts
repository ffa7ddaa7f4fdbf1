import { z } from 'zod';
import { lineSchema } from '../line-schema.ts';

/** What a stylesheet or a header may take over as it is: an https URL without anything that ends a string or a directive. */
const httpsUrl = z
  .url({ protocol: /^https$/ })
  .max(500)
  .regex(/^[^\s;,'"<>\\]*$/, 'must not hold spaces, quotes, commas or semicolons');

/** How the hosted pages of a tenant look. Everything that is left out stays as Countersign has it. */
export const themeSchema = z.strictObject({
  name: lineSchema(100).optional().describe('The name of the organisation, as its people know it.'),
  logoUrl: httpsUrl.optional().describe('A picture beside the name.'),
  primaryColor: z
    .string()
    .regex(/^#[0-9a-fA-F]{6}$/, 'must be a colour like #0b57d0')
    .optional()
    .describe('The colour of buttons and links.'),
  stylesheetUrl: httpsUrl.optional().describe('A stylesheet that is read after that of the pages.'),
});

export type Theme = z.output<typeof themeSchema>;
