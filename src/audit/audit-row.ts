import { hash } from 'node:crypto';
import type { JsonObject, Time } from '../core/model.ts';
import { canonicalJson } from './canonical-json.ts';

/** What happened, as the engine records it. */
export interface AuditEntry {
  /** `challenge.answered`, `enrollment.completed`, `integration.created`, … */
  event: string;
  outcome: 'accepted' | 'refused' | 'done' | 'failed';
  /** Internal reason code; never told to the caller. */
  reason?: string;
  actor: { type: 'integration' | 'administrator' | 'user' | 'system'; id: string };
  /** The door through which it came; `engine` when none was involved. */
  door: string;
  /** Network address the request came from. */
  source?: string;
  integrationId?: string;
  userId?: string;
  deviceId?: string;
  /** The enrollment, challenge or other object that it is about. */
  objectId?: string;
  /** More, e.g. the trace of a decision. Never a secret. */
  detail?: JsonObject;
}

/** Where a row stands: every writer has one chain of rows in every tenant, so that nodes never queue for one another. */
export interface AuditPlace {
  tenantId: string;
  writerId: string;
  /** 1, 2, 3, … in its chain. */
  seq: number;
}

/** A row of the audit trail: an entry at its place, tied to the row before it. */
export interface AuditRow extends AuditEntry, AuditPlace {
  /** `${writerId}.${seq}` */
  id: string;
  at: Time;
  /** The hash of the row before it; {@link chainStart} in the first row. */
  previous: string;
  /** {@link hashAuditRow} of everything above. */
  hash: string;
}

/** `previous` of the first row of a chain. */
export const chainStart = '0'.repeat(64);

/** The event of the first row of a chain. Its `detail.previous` lists `{writerId, seq, hash}` of the tenant's other chains. */
export const chainStarted = 'audit.chain-started';

/** The id of the row at a place. */
export function auditRowId(place: Pick<AuditPlace, 'writerId' | 'seq'>): string {
  return `${place.writerId}.${place.seq}`;
}

const quote = JSON.stringify as (text: string) => string;

function optional(name: string, text: string | undefined): string {
  return text === undefined ? '' : `,"${name}":${quote(text)}`;
}

/** The members of a row that its hash covers, in their one order, without the braces. `id` follows from the place. */
export function auditRowMembers(row: Omit<AuditRow, 'hash' | 'id'>): string {
  return (
    `"tenantId":${quote(row.tenantId)},"writerId":${quote(row.writerId)},"seq":${row.seq},"at":${row.at}` +
    `,"event":${quote(row.event)},"outcome":${quote(row.outcome)}${optional('reason', row.reason)}` +
    `,"actor":{"type":${quote(row.actor.type)},"id":${quote(row.actor.id)}},"door":${quote(row.door)}` +
    optional('source', row.source) +
    optional('integrationId', row.integrationId) +
    optional('userId', row.userId) +
    optional('deviceId', row.deviceId) +
    optional('objectId', row.objectId) +
    (row.detail === undefined ? '' : `,"detail":${canonicalJson(row.detail)}`) +
    `,"previous":${quote(row.previous)}`
  );
}

/**
 * The hash of a row: SHA-256 in hex over `countersign-audit-v1`, a line feed and the row as JSON with its members in fixed
 * order, those that are undefined left out, and the keys of `detail` sorted.
 */
export function hashAuditRow(row: Omit<AuditRow, 'hash' | 'id'>): string {
  return hash('sha256', `countersign-audit-v1\n{${auditRowMembers(row)}}`);
}

/** The row of an entry that follows the row whose hash is `previous`. */
export function chainAuditRow(entry: AuditEntry, place: AuditPlace & { at: Time; previous: string }): AuditRow {
  // Many times faster here than spreading into a literal, and every accepted answer waits for it.
  const row: AuditRow = Object.assign({}, entry, place, { id: auditRowId(place), hash: '' });
  row.hash = hashAuditRow(row);
  return row;
}
