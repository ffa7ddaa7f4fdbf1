import { z } from 'zod';
import { endpoint } from '../../../http/endpoint.ts';
import { kindName } from './devices.ts';
import {
  answerFields,
  bindingContext,
  hasOneAnswer,
  idOf,
  jsonObject,
  oneAnswer,
  pageOf,
  pageQuery,
  portalFields,
  portalUrl,
  timestamp,
  userName,
} from './fields.ts';
import { userVerified } from './outcome.ts';

const tag = 'challenges';
const security = 'integration';

const state = z.enum(['pending', 'passed', 'failed', 'denied', 'expired']);

export const challengeSchema = z
  .object({
    id: idOf('chl'),
    userId: idOf('usr'),
    deviceId: idOf('dev'),
    kind: kindName,
    state,
    attemptsLeft: z.int().meta({ examples: [5] }),
    reference: z.string().meta({ description: 'Text of the caller, echoed.', examples: ['order 17'] }),
    shown: jsonObject.optional().meta({ description: 'What the user has to see.' }),
    failMode: z.enum(['open', 'closed']).optional().meta({
      description: 'Set when the message could not be sent: whether the policy lets the user in all the same.',
    }),
    createdAt: timestamp,
    expiresAt: timestamp,
  })
  .meta({ id: 'Challenge', description: 'The process of proving.' });

const issuedSchema = challengeSchema.extend({ portalUrl }).meta({
  id: 'IssuedChallenge',
  description: 'A challenge, and the page on which it can be answered.',
});

export const challenges = {
  create: endpoint({
    method: 'POST',
    path: '/v1/challenges',
    summary: 'Challenge a user',
    description: 'A message that cannot be delivered answers with the state `failed` and the fail mode of the policy.',
    tag,
    security,
    body: z.strictObject({
      user: userName,
      deviceId: idOf('dev')
        .optional()
        .meta({ description: 'Default: the only usable device, else the one used last.' }),
      reference: z.string().max(128).optional(),
      context: bindingContext.optional(),
      ...portalFields,
    }),
    responses: { 201: issuedSchema },
    errors: [
      'not_found',
      'no_device',
      'user_inactive',
      'kind_not_allowed',
      'phone_number_not_allowed',
      'too_many_messages',
      'too_many_attempts',
    ],
    idempotent: true,
  }),
  list: endpoint({
    method: 'GET',
    path: '/v1/challenges',
    summary: 'List challenges',
    tag,
    security,
    query: pageQuery.extend({ state: state.optional(), user: userName.optional() }),
    responses: { 200: pageOf(challengeSchema) },
  }),
  get: endpoint({
    method: 'GET',
    path: '/v1/challenges/:id',
    summary: 'Read a challenge',
    tag,
    security,
    responses: { 200: challengeSchema },
  }),
  answer: endpoint({
    method: 'POST',
    path: '/v1/challenges/:id/answer',
    summary: 'Answer a challenge',
    tag,
    security,
    body: z
      .strictObject({ ...answerFields, context: bindingContext.optional() })
      .refine(hasOneAnswer, oneAnswer)
      .meta({ examples: [{ code: '492039' }] }),
    responses: {
      200: z.object({
        accepted: z.boolean(),
        challenge: challengeSchema,
        method: z
          .string()
          .optional()
          .meta({ description: 'What was done to prove.', examples: ['totp'] }),
        userVerified,
        at: timestamp.optional(),
        auditId: z
          .string()
          .optional()
          .meta({ examples: ['wrt_01hv2q3n4r.17'] }),
      }),
    },
    errors: ['wrong_state', 'challenge_expired', 'too_many_attempts', 'user_inactive'],
  }),
  resend: endpoint({
    method: 'POST',
    path: '/v1/challenges/:id/resend',
    summary: 'Send a fresh code',
    description: 'The code before is void; the attempts stay spent.',
    tag,
    security,
    responses: { 200: challengeSchema },
    errors: [
      'wrong_state',
      'challenge_expired',
      'phone_number_not_allowed',
      'too_many_messages',
      'too_many_attempts',
      'delivery_failed',
    ],
  }),
  deny: endpoint({
    method: 'POST',
    path: '/v1/challenges/:id/deny',
    summary: 'Deny a challenge: the user says that this was not him',
    tag,
    security,
    responses: { 200: challengeSchema },
    errors: ['wrong_state', 'challenge_expired'],
  }),
};
