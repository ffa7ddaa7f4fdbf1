import { z } from 'zod';
import { endpoint } from '../../../http/endpoint.ts';
import { idOf, jsonObject, pageOf, pageQuery, text, timestamp, timestampInput } from './fields.ts';

const tag = 'audit';
const security = 'integration-or-administrator';

const place = {
  tenantId: idOf('tnt'),
  writerId: idOf('wrt'),
  seq: z.int().meta({ description: 'Place in the chain of the writer.', examples: [17] }),
};
const digest = z.string().meta({ examples: ['5f'.repeat(32)] });

const auditRowSchema = z
  .object({
    id: z.string().meta({ examples: ['wrt_01hv2q3n4r.17'] }),
    at: timestamp,
    event: z.string().meta({ examples: ['challenge.answered'] }),
    outcome: z.enum(['accepted', 'refused', 'done', 'failed']),
    reason: z.string().optional(),
    actor: z.object({
      type: z.enum(['integration', 'administrator', 'user', 'system']),
      id: z.string().meta({ examples: ['int_01hv2q3n4r'] }),
    }),
    door: z.string().meta({ examples: ['rest'] }),
    source: z.string().optional(),
    integrationId: z.string().optional(),
    userId: z.string().optional(),
    deviceId: z.string().optional(),
    objectId: z.string().optional(),
    detail: jsonObject.optional(),
    ...place,
    previous: digest.meta({ description: 'The hash of the row before it.' }),
    hash: digest,
  })
  .meta({ id: 'AuditRow' });

const auditHeadSchema = z
  .object({ ...place, hash: digest, at: timestamp, signature: z.string().meta({ description: 'Ed25519, base64url.' }) })
  .meta({ id: 'AuditHead', description: 'A signed statement that a chain stood at this row.' });

export const audit = {
  list: endpoint({
    method: 'GET',
    path: '/v1/audit',
    summary: 'Read the audit trail, newest first',
    description: 'An integration sees its own rows, an administrator those of the tenant.',
    tag,
    security,
    query: pageQuery.extend({
      event: text(64).optional(),
      userId: idOf('usr').optional(),
      from: timestampInput.optional(),
      to: timestampInput.optional(),
    }),
    responses: { 200: pageOf(auditRowSchema) },
  }),
  heads: endpoint({
    method: 'GET',
    path: '/v1/audit/heads',
    summary: 'Read the signed heads of the audit chains',
    tag,
    security,
    responses: { 200: z.object({ items: z.array(auditHeadSchema) }) },
  }),
  key: endpoint({
    method: 'GET',
    path: '/v1/audit/key',
    summary: 'Read the public key that verifies the audit trail',
    tag,
    security,
    responses: {
      200: z.object({ algorithm: z.literal('Ed25519'), publicKey: z.string().meta({ description: 'PEM (SPKI).' }) }),
    },
  }),
};
