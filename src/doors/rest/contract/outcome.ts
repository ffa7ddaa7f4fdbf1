import { z } from 'zod';
import { idOf, text, timestamp } from './fields.ts';

/** Beside a method. */
export const userVerified = z.boolean().optional().meta({
  description: 'Whether the authenticator has itself checked a PIN or a finger: the answer proves two factors.',
});

/** The outcome of an answer. A refusal does not say why: the reason is in the audit trail only. */
export const outcomeSchema = z
  .discriminatedUnion('accepted', [
    z.object({
      accepted: z.literal(true),
      user: z.object({ id: idOf('usr'), name: z.string().meta({ examples: ['alice@example.org'] }) }),
      device: z.object({
        id: idOf('dev'),
        kind: text(64).meta({ examples: ['totp'] }),
        name: z.string().meta({ examples: ['Telephone'] }),
      }),
      method: z.string().meta({ description: 'What was done to prove.', examples: ['totp'] }),
      userVerified,
      at: timestamp,
      auditId: z.string().meta({ description: 'The row of the audit trail.', examples: ['wrt_01hv2q3n4r.17'] }),
    }),
    z.object({ accepted: z.literal(false) }),
  ])
  .meta({ id: 'Outcome', description: 'A refusal does not say why; the audit trail does.' });
