import { z } from 'zod';
import { endpoint } from '../../../http/endpoint.ts';
import { deviceSchema, kindName } from './devices.ts';
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
  text,
  timestamp,
  userName,
} from './fields.ts';
import { userSchema } from './users.ts';

const tag = 'enrollments';
const security = 'integration';

const state = z.enum(['new', 'prepared', 'completed', 'failed', 'expired', 'cancelled']);

export const enrollmentSchema = z
  .object({
    id: idOf('enr'),
    userName,
    userId: idOf('usr').optional(),
    kind: kindName.optional(),
    deviceId: idOf('dev').optional(),
    state,
    attemptsLeft: z.int().meta({ examples: [5] }),
    shown: jsonObject.optional().meta({
      description: 'What the user has to see, e.g. the `otpauth:` URI. Present only while the enrollment is prepared.',
    }),
    createdAt: timestamp,
    expiresAt: timestamp,
  })
  .meta({ id: 'Enrollment', description: 'The process of adding a device.' });

const begunSchema = enrollmentSchema.extend({ portalUrl }).meta({
  id: 'BegunEnrollment',
  description: 'An enrollment, and the page on which it can go on.',
});

const options = jsonObject.optional().meta({ description: 'The options of the kind, see `GET /v1/kinds`.' });
const deviceName = text(128).optional();

/** Why a device is not begun. */
const preparing = [
  'kind_unknown',
  'kind_not_allowed',
  'mail_domain_not_allowed',
  'phone_number_not_allowed',
  'wrong_state',
  'delivery_failed',
  'too_many_messages',
] as const;

export const enrollments = {
  create: endpoint({
    method: 'POST',
    path: '/v1/enrollments',
    summary: 'Begin to add a device',
    description: 'With `kind` the enrollment is prepared at once.',
    tag,
    security,
    body: z
      .strictObject({
        user: userName,
        ifUserExists: z.enum(['add', 'refuse']).optional().meta({ description: 'Default `add`.' }),
        context: bindingContext.optional(),
        kind: kindName.optional(),
        options,
        deviceName,
        ...portalFields,
      })
      .refine(({ kind, options, deviceName }) => kind !== undefined || (options ?? deviceName) === undefined, {
        message: 'must be given with options or deviceName',
        path: ['kind'],
      }),
    responses: { 201: begunSchema },
    errors: ['user_exists', 'user_inactive', ...preparing],
    idempotent: true,
  }),
  list: endpoint({
    method: 'GET',
    path: '/v1/enrollments',
    summary: 'List enrollments',
    tag,
    security,
    query: pageQuery.extend({ state: state.optional(), user: userName.optional() }),
    responses: { 200: pageOf(enrollmentSchema) },
  }),
  get: endpoint({
    method: 'GET',
    path: '/v1/enrollments/:id',
    summary: 'Read an enrollment',
    tag,
    security,
    responses: { 200: enrollmentSchema },
  }),
  prepare: endpoint({
    method: 'POST',
    path: '/v1/enrollments/:id/prepare',
    summary: 'Choose and start the device',
    tag,
    security,
    body: z.strictObject({ kind: kindName, options, deviceName }),
    responses: { 200: enrollmentSchema },
    errors: [...preparing, 'enrollment_expired'],
  }),
  complete: endpoint({
    method: 'POST',
    path: '/v1/enrollments/:id/complete',
    summary: 'Finish with the first answer of the device',
    description: 'A wrong answer costs an attempt: the problem `answer_refused` tells how many are left.',
    tag,
    security,
    body: z
      .strictObject(answerFields)
      .refine(hasOneAnswer, oneAnswer)
      .meta({ examples: [{ code: '492039' }] }),
    responses: {
      200: z.object({ enrollment: enrollmentSchema, user: userSchema.optional(), device: deviceSchema.optional() }),
    },
    errors: [
      'answer_refused',
      'authenticator_not_allowed',
      'wrong_state',
      'enrollment_expired',
      'user_exists',
      'already_exists',
      'too_many_attempts',
      'conflict',
    ],
  }),
  cancel: endpoint({
    method: 'DELETE',
    path: '/v1/enrollments/:id',
    summary: 'Cancel an enrollment',
    tag,
    security,
    responses: { 200: enrollmentSchema },
    errors: ['wrong_state', 'enrollment_expired'],
  }),
};
