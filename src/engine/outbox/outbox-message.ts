import { newId } from '../../core/ids.ts';
import type { OutgoingMessage } from '../../core/message.ts';
import type { Json, Time } from '../../core/model.ts';
import type { MessagePurpose, StoredMessage } from '../../store/index.ts';
import type { IntegrationCaller } from '../engine.ts';
import type { EngineParts } from '../parts.ts';

/** What a message of the outbox is about. */
export interface MessageSubject {
  purpose: MessagePurpose;
  /** The challenge, enrollment, device or user. */
  objectId: string;
  userId?: string | undefined;
  /** When nobody has a use for it any more. */
  expiresAt: Time;
  /** Of the challenge whose code it carries: a code that was sent again is of another version. */
  version?: number;
}

/** What is sealed in a row of the outbox. */
export interface OutboxContent {
  message: OutgoingMessage;
  version?: number;
}

/** A message on its way: its row, and what it says. */
export interface WrittenMessage {
  row: StoredMessage;
  message: OutgoingMessage;
}

/** How long a delivery may take where it does not say. */
const usualTimeout = 15_000;

/** How long whoever is sending a message has it alone: twice as long as its delivery may take. */
export function claimTime({ delivery }: EngineParts): number {
  return 2 * (delivery.timeoutMs ?? usualTimeout);
}

/**
 * A message as it goes into the outbox. A code is claimed by the process that writes it, which sends it as soon as it is committed;
 * anybody may send a notice.
 */
export function newMessage(
  parts: EngineParts,
  caller: IntegrationCaller,
  message: OutgoingMessage,
  { purpose, objectId, userId, expiresAt, version }: MessageSubject,
): WrittenMessage {
  const now = parts.clock.now();
  const id = newId(parts.random, 'message');
  const claimedUntil = purpose === 'code' ? now + claimTime(parts) : undefined;
  const content: OutboxContent = { message, ...(version === undefined ? {} : { version }) };
  return {
    message,
    row: {
      tenantId: caller.tenant,
      id,
      integrationId: caller.integration.id,
      userId,
      objectId,
      channel: message.channel,
      purpose,
      // Plain JSON by contract of the kinds.
      message: parts.vault.seal(caller.tenant, 'outbox.message', id, content as unknown as Json),
      state: 'pending',
      attempts: purpose === 'code' ? 1 : 0,
      nextAttemptAt: claimedUntil ?? now,
      claimedUntil,
      lastError: undefined,
      createdAt: now,
      expiresAt,
    },
  };
}

/** What a row says. Throws `sealed_value_invalid`; undefined when it says nothing any more. */
export function openMessage(parts: EngineParts, { tenantId, id, message }: StoredMessage): OutboxContent | undefined {
  if (message === undefined) return undefined;
  return parts.vault.open(tenantId, 'outbox.message', id, message) as unknown as OutboxContent; // sealed by newMessage
}
