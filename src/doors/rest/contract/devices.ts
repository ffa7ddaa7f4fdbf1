import { z } from 'zod';
import { endpoint } from '../../../http/endpoint.ts';
import { code, idOf, jsonObject, text, timestamp, userName } from './fields.ts';
import { outcomeSchema } from './outcome.ts';

const tag = 'devices';
const security = 'integration';

const deviceName = text(128).meta({ examples: ['Telephone'] });
const status = z.enum(['active', 'suspended']);

/** The name of a device kind. */
export const kindName = text(64).meta({
  description: 'The name of a device kind, see `GET /v1/kinds`.',
  examples: ['totp'],
});

export const deviceSchema = z
  .object({
    id: idOf('dev'),
    userId: idOf('usr'),
    kind: kindName,
    name: deviceName,
    status,
    public: jsonObject.meta({ description: 'What the kind tells about the device.', examples: [{ digits: 6 }] }),
    createdAt: timestamp,
    lastUsedAt: timestamp.optional(),
  })
  .meta({ id: 'Device', description: 'A registered authenticator, without its secrets.' });

const newDevice = z
  .strictObject({
    user: userName,
    kind: kindName.optional(),
    name: deviceName.optional(),
    uri: z
      .string()
      .max(8192)
      .optional()
      .meta({ description: 'An `otpauth:` URI instead of `kind` and the fields below.' }),
    secret: z
      .string()
      .min(1)
      .max(1024)
      .optional()
      .meta({
        description: 'The existing secret in base32. Left out: a new one is made and shown.',
        examples: ['GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ'],
      }),
    algorithm: z.enum(['SHA1', 'SHA256', 'SHA512']).optional(),
    digits: z.int().min(4).max(10).optional(),
    period: z.int().min(1).max(3600).optional(),
    counter: z.int().min(0).optional(),
    options: jsonObject.optional().meta({ description: 'More options of the kind.' }),
  })
  .refine(({ kind, uri }) => (kind === undefined) !== (uri === undefined), {
    message: 'must be given, or uri instead of it',
    path: ['kind'],
  });

export const devices = {
  create: endpoint({
    method: 'POST',
    path: '/v1/devices',
    summary: 'Make a device without an enrollment',
    description:
      'Imports an existing secret, or makes a new one and shows it once. The user is created when there is none of the name.',
    tag,
    security,
    body: newDevice,
    responses: {
      201: z.object({
        device: deviceSchema,
        shown: jsonObject.optional().meta({ description: 'What the owner of the device needs. Not readable again.' }),
      }),
    },
    errors: [
      'kind_unknown',
      'kind_not_allowed',
      'already_exists',
      'mail_domain_not_allowed',
      'phone_number_not_allowed',
      'conflict',
      'wrong_state',
    ],
    idempotent: true,
  }),
  get: endpoint({
    method: 'GET',
    path: '/v1/devices/:id',
    summary: 'Read a device',
    tag,
    security,
    responses: { 200: deviceSchema },
  }),
  update: endpoint({
    method: 'PATCH',
    path: '/v1/devices/:id',
    summary: 'Rename, suspend or resume a device',
    tag,
    security,
    body: z
      .strictObject({ name: deviceName.optional(), status: status.optional() })
      .refine((change) => Object.keys(change).length > 0, { message: 'nothing to change is given' }),
    responses: { 200: deviceSchema },
    errors: ['already_exists'],
  }),
  remove: endpoint({
    method: 'DELETE',
    path: '/v1/devices/:id',
    summary: 'Remove a device',
    tag,
    security,
    responses: { 204: null },
  }),
  resynchronize: endpoint({
    method: 'POST',
    path: '/v1/devices/:id/resynchronize',
    summary: 'Set a counter that has run away, with two consecutive codes',
    description: 'RFC 4226 §7.4. Costs a guess.',
    tag,
    security,
    body: z.strictObject({ codes: z.tuple([code, code]) }),
    responses: { 200: outcomeSchema },
    errors: ['too_many_attempts', 'wrong_state', 'user_inactive'],
  }),
};
