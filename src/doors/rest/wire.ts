import type { z } from 'zod';
import type { AuditHead, AuditRow } from '../../audit/index.ts';
import type {
  Administrator,
  Challenge,
  Credential,
  Device,
  Enrollment,
  Integration,
  Method,
  Page,
  Tenant,
  Time,
  User,
} from '../../core/model.ts';
import type { IssuedAccessPass, NewCredential, Outcome } from '../../engine/engine.ts';
import type { outcomeSchema } from './contract/outcome.ts';

/** RFC 3339 in UTC with milliseconds. */
export function timestamp(time: Time): string {
  return new Date(time).toISOString();
}

/** One page with its items as the wire shows them. */
export function showPage<Item, Shown>({ items, next }: Page<Item>, show: (item: Item) => Shown) {
  return { items: items.map((item) => show(item)), ...(next !== undefined && { next }) };
}

export function showUser({ id, name, status, createdAt, updatedAt }: User) {
  return { id, name, status, createdAt: timestamp(createdAt), updatedAt: timestamp(updatedAt) };
}

export function showDevice(device: Device) {
  const { id, userId, kind, name, status, createdAt, lastUsedAt } = device;
  return {
    id,
    userId,
    kind,
    name,
    status,
    public: device.public,
    createdAt: timestamp(createdAt),
    ...(lastUsedAt !== undefined && { lastUsedAt: timestamp(lastUsedAt) }),
  };
}

/** With its code, in the one answer that shows it. */
export function showAccessPass({ code, expiresAt, device }: IssuedAccessPass) {
  return { code, expiresAt: timestamp(expiresAt), device: showDevice(device) };
}

export function showEnrollment(enrollment: Enrollment) {
  const { id, userName, userId, kind, deviceId, state, attemptsLeft, shown, createdAt, expiresAt } = enrollment;
  return {
    id,
    userName,
    ...(userId !== undefined && { userId }),
    ...(kind !== undefined && { kind }),
    ...(deviceId !== undefined && { deviceId }),
    state,
    attemptsLeft,
    ...(shown !== undefined && { shown }),
    createdAt: timestamp(createdAt),
    expiresAt: timestamp(expiresAt),
  };
}

export function showChallenge(challenge: Challenge) {
  const { id, userId, deviceId, kind, state, attemptsLeft, reference, shown, failMode } = challenge;
  return {
    id,
    userId,
    deviceId,
    kind,
    state,
    attemptsLeft,
    reference,
    ...(shown !== undefined && { shown }),
    ...(failMode !== undefined && { failMode }),
    createdAt: timestamp(challenge.createdAt),
    expiresAt: timestamp(challenge.expiresAt),
  };
}

/** What was done to prove, and whether it proves two factors where its authenticator says so. */
export function showMethod({ name, userVerified }: Method) {
  return { method: name, ...(userVerified !== undefined && { userVerified }) };
}

export function showOutcome(outcome: Outcome): z.output<typeof outcomeSchema> {
  if (!outcome.accepted) return { accepted: false };
  const { user, device, method, auditId } = outcome;
  return {
    accepted: true,
    user: { id: user.id, name: user.name },
    device: { id: device.id, kind: device.kind, name: device.name },
    ...showMethod(method),
    at: timestamp(method.at),
    auditId,
  };
}

export function showTenant({ id, name, active, createdAt, updatedAt }: Tenant) {
  return { id, name, active, createdAt: timestamp(createdAt), updatedAt: timestamp(updatedAt) };
}

export function showAdministrator(administrator: Administrator) {
  const { id, tenantId, login, email, firstName, lastName, active, createdAt } = administrator;
  return { id, tenantId, login, email, firstName, lastName, active, createdAt: timestamp(createdAt) };
}

export function showIntegration(integration: Integration) {
  const { id, realmId, name, notes, endpoint, active, policy, doors, kinds, createdAt, updatedAt } = integration;
  return {
    id,
    realmId,
    name,
    notes,
    endpoint,
    active,
    policy,
    doors: { ...doors },
    kinds: { ...kinds },
    createdAt: timestamp(createdAt),
    updatedAt: timestamp(updatedAt),
  };
}

export function showCredential({ id, type, accessKey, createdAt, expiresAt }: Credential) {
  return {
    id,
    type,
    ...(accessKey !== undefined && { accessKey }),
    createdAt: timestamp(createdAt),
    ...(expiresAt !== undefined && { expiresAt: timestamp(expiresAt) }),
  };
}

/** With its secret, in the one answer that shows it. */
export function showNewCredential(credential: NewCredential) {
  const { token, secretKey } = credential;
  return {
    ...showCredential(credential),
    ...(token !== undefined && { token }),
    ...(secretKey !== undefined && { secretKey }),
  };
}

export function showAuditRow(row: AuditRow) {
  return { ...row, at: timestamp(row.at) };
}

export function showAuditHead(head: AuditHead) {
  return { ...head, at: timestamp(head.at) };
}
