import { CountersignError, type ErrorCode } from '../../core/errors.ts';
import type { OutgoingMessage } from '../../core/message.ts';
import type { User } from '../../core/model.ts';
import { countryOfNumber } from '../../core/phone-number.ts';
import { payForMessage, payForNotice } from '../../limits/index.ts';
import { insertMessages, listDevices, type StoredDevice } from '../../store/index.ts';
import type { IntegrationCaller } from '../engine.ts';
import { openDevice } from '../kind-access.ts';
import type { WriteContext } from '../ledger.ts';
import { newMessage } from '../outbox/outbox-message.ts';
import { entryOf, type EngineParts } from '../parts.ts';
import { readWebhook } from '../webhooks/read-webhook.ts';
import type { Notice } from './notice.ts';

/** A notice is tried for so long, and is worth nothing afterwards: 24 hours. */
const lifeOfNotice = 24 * 60 * 60 * 1000;

/** More addresses than anybody has. */
const mostContacts = 5;

export interface NoticeRecipients {
  /** The devices of the user, where they were read already. Left out: they are read. */
  devices?: readonly StoredDevice[];
  /** A device that is not told of itself: who has just enrolled an address knows. */
  except?: string;
  /** A device that goes with this transaction: it is told once more. */
  leaving?: StoredDevice;
}

interface Contact {
  channel: 'mail' | 'sms';
  to: string;
}

/**
 * Tells a user what has happened to his account: a message for each of his mail addresses, or of his telephone numbers if he has no
 * address, and one for the integration's webhook. They stand in the outbox with the change and are sent after the commit. Costs no
 * statement of its own but the reading of the devices when nobody can be told.
 */
export async function notifyUser(
  tx: WriteContext,
  parts: EngineParts,
  caller: IntegrationCaller,
  user: User,
  notice: Notice,
  recipients: NoticeRecipients = {},
): Promise<void> {
  const messages = [
    ...(await messagesToUser(tx, parts, caller, user, notice, recipients)),
    ...(await messagesToWebhook(tx, parts, caller, user, notice)),
  ];
  if (messages.length === 0) return;
  const expiresAt = parts.clock.now() + lifeOfNotice;
  const objectId = notice.device?.id ?? user.id;
  const subject = { purpose: 'notice' as const, objectId, userId: user.id, expiresAt };
  const rows = messages.map((message) => newMessage(parts, caller, message, subject).row);
  await insertMessages(tx.db, rows);
  tx.afterCommit(() => parts.outbox.wake(caller.tenant));
}

async function messagesToUser(
  tx: WriteContext,
  parts: EngineParts,
  caller: IntegrationCaller,
  user: User,
  notice: Notice,
  { devices, except, leaving }: NoticeRecipients,
): Promise<OutgoingMessage[]> {
  const own = devices ?? (await listDevices(tx.db, caller.tenant, user.id));
  const known = own.filter(({ id, status }) => id !== except && status === 'active');
  const contacts = chooseContacts(parts, leaving === undefined ? known : [...known, leaving]);
  if (contacts.length === 0) return [];
  if (!(await payForNotice(tx.db, caller.tenant, user.id, parts.clock.now()))) {
    const about = { userId: user.id, reason: 'too_many_messages', detail: { notice: notice.event } };
    tx.record(caller.tenant, entryOf(caller, 'notice.withheld', 'refused', about));
    return [];
  }
  const values = valuesOf(parts, caller, user, notice);
  const { language } = notice;
  const messages: OutgoingMessage[] = [];
  for (const { channel, to } of contacts) {
    const message = { channel, to, template: 'notice', values, ...(language === undefined ? {} : { language }) };
    const reason = channel === 'sms' ? await refuseSms(tx, parts, caller, user, message) : undefined;
    if (reason === undefined) messages.push(message);
    else {
      const about = { userId: user.id, reason, detail: { notice: notice.event } };
      tx.record(caller.tenant, entryOf(caller, 'notice.withheld', 'refused', about));
    }
  }
  return messages;
}

/** Whether the rules for SMS that cost money let this one go, and pays for it: whoever owns a number gains by a notice as by a code (SMS-01). */
async function refuseSms(
  tx: WriteContext,
  parts: EngineParts,
  caller: IntegrationCaller,
  user: User,
  message: OutgoingMessage,
): Promise<ErrorCode | undefined> {
  const { policy, realmId } = caller.integration;
  const allowed = policy.allowedPhoneCountries;
  if (allowed !== undefined && !allowed.includes(countryOfNumber(message.to) ?? '')) return 'phone_number_not_allowed';
  const payer = { tenant: caller.tenant, realm: realmId, user: user.name };
  return (await payForMessage(tx.db, payer, message, policy, parts.clock.now()))?.code;
}

/** Mail if there is an address, and SMS only if there is none: mail costs nothing, and a number is easier to take over. */
function chooseContacts(parts: EngineParts, devices: readonly StoredDevice[]): Contact[] {
  const contacts = new Map<string, Contact>();
  for (const device of devices) {
    const contact = contactOf(parts, device);
    if (contact !== undefined) contacts.set(`${contact.channel}:${contact.to.toLowerCase()}`, contact);
  }
  const all = [...contacts.values()];
  const mail = all.filter(({ channel }) => channel === 'mail');
  return (mail.length > 0 ? mail : all).slice(0, mostContacts);
}

/** Where a device reaches its owner. One that cannot be opened reaches nobody, and hinders nothing. */
function contactOf(parts: EngineParts, device: StoredDevice): Contact | undefined {
  const kind = parts.kinds.get(device.kind);
  if (kind?.contact === undefined) return undefined;
  try {
    return kind.contact(openDevice(parts, device));
  } catch (error) {
    if (error instanceof CountersignError && error.code === 'sealed_value_invalid') return undefined;
    throw error;
  }
}

async function messagesToWebhook(
  tx: WriteContext,
  parts: EngineParts,
  caller: IntegrationCaller,
  user: User,
  notice: Notice,
): Promise<OutgoingMessage[]> {
  const { integration } = caller;
  if (integration.hasWebhook !== true) return [];
  const webhook = await readWebhook(parts, tx.db, caller.tenant, integration.id);
  if (webhook === undefined || webhook.events?.includes(notice.event) === false) return [];
  return [
    { channel: 'webhook', to: integration.id, template: 'notice', values: valuesOf(parts, caller, user, notice) },
  ];
}

/** What the texts of a notice are made of. */
function valuesOf(
  parts: EngineParts,
  caller: IntegrationCaller,
  user: User,
  { event, device, browser, ip }: Notice,
): Record<string, string> {
  return {
    event,
    user: user.name,
    integration: caller.integration.name,
    at: new Date(parts.clock.now()).toISOString(),
    ...(device === undefined ? {} : { device: device.name, deviceId: device.id, kind: device.kind }),
    ...(browser === undefined ? {} : { browser }),
    ...(ip === undefined ? {} : { ip }),
  };
}
