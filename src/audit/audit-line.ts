import { z } from 'zod';
import { CountersignError } from '../core/errors.ts';
import type { JsonObject } from '../core/model.ts';
import { type AuditHead, auditHeadMembers } from './audit-head.ts';
import { auditRowMembers, type AuditRow } from './audit-row.ts';

/** One line of an exported log. */
export type AuditLine = { type: 'row'; row: AuditRow } | { type: 'head'; head: AuditHead };

const digest = z.string().regex(/^[0-9a-f]{64}$/);
const count = z.int().min(1);
const time = z.int();

const rowLine = z.strictObject({
  type: z.literal('row'),
  id: z.string(),
  tenantId: z.string(),
  writerId: z.string(),
  seq: count,
  at: time,
  event: z.string(),
  outcome: z.enum(['accepted', 'refused', 'done', 'failed']),
  reason: z.string().exactOptional(),
  actor: z.strictObject({ type: z.enum(['integration', 'administrator', 'user', 'system']), id: z.string() }),
  door: z.string(),
  source: z.string().exactOptional(),
  integrationId: z.string().exactOptional(),
  userId: z.string().exactOptional(),
  deviceId: z.string().exactOptional(),
  objectId: z.string().exactOptional(),
  // Comes from JSON.parse: that it is an object is all there is to check, and the value must stay as it is.
  detail: z
    .custom<JsonObject>((value) => typeof value === 'object' && value !== null && !Array.isArray(value))
    .exactOptional(),
  previous: digest,
  hash: digest,
});

const headLine = z.strictObject({
  type: z.literal('head'),
  tenantId: z.string(),
  writerId: z.string(),
  seq: count,
  hash: digest,
  at: time,
  signature: z.string().regex(/^[A-Za-z0-9_-]+$/),
});

const line = z.discriminatedUnion('type', [rowLine, headLine]);

/** The row or head as one line of an exported log (JSON, without the line feed). */
export function formatAuditLine(rowOrHead: AuditRow | AuditHead): string {
  if ('signature' in rowOrHead) {
    return `{"type":"head",${auditHeadMembers(rowOrHead)},"signature":${JSON.stringify(rowOrHead.signature)}}`;
  }
  const { id, hash } = rowOrHead;
  return `{"type":"row","id":${JSON.stringify(id)},${auditRowMembers(rowOrHead)},"hash":${JSON.stringify(hash)}}`;
}

/**
 * Reads what {@link formatAuditLine} wrote, and nothing else: a row has one spelling, so that nobody can add a second
 * member of the same name for other readers to find.
 *
 * @param text One line, with or without its line feed.
 * @throws CountersignError `malformed_request`
 */
export function parseAuditLine(text: string): AuditLine {
  const written = text.replace(/\r?\n$/, '');
  try {
    const parsed = splitLine(line.parse(JSON.parse(written)));
    if (formatAuditLine(parsed.type === 'row' ? parsed.row : parsed.head) === written) return parsed;
  } catch (cause) {
    throw malformed(cause);
  }
  throw malformed();
}

function splitLine(parsed: z.output<typeof line>): AuditLine {
  if (parsed.type === 'row') {
    const { type, ...row } = parsed;
    return { type, row };
  }
  const { type, ...head } = parsed;
  return { type, head };
}

function malformed(cause?: unknown): CountersignError {
  return new CountersignError('malformed_request', {
    detail: 'The line is not a row or head of an audit log as Countersign writes it.',
    ...(cause === undefined ? {} : { cause }),
  });
}
