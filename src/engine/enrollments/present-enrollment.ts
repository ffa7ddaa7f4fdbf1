import { isOver } from '../../core/lifetime.ts';
import type { Enrollment, JsonObject } from '../../core/model.ts';
import type { StoredEnrollment } from '../../store/index.ts';
import type { EngineParts } from '../parts.ts';
import { openStates } from './open-enrollment.ts';

/** A stored enrollment as it may be shown: one that has run out is expired, whether somebody has written that down or not. */
export function presentEnrollment({ vault, clock }: EngineParts, stored: StoredEnrollment): Enrollment {
  const expired = openStates.includes(stored.state) && isOver(stored, clock.now());
  const state = expired ? 'expired' : stored.state;
  const shown =
    state === 'prepared' && stored.shown !== undefined
      ? (vault.open(stored.tenantId, 'enrollments.shown', stored.id, stored.shown) as JsonObject)
      : undefined;
  return {
    id: stored.id,
    integrationId: stored.integrationId,
    userName: stored.userName,
    ...(stored.userId === undefined ? {} : { userId: stored.userId }),
    ...(stored.kind === undefined ? {} : { kind: stored.kind }),
    ...(state === 'completed' && stored.deviceId !== undefined ? { deviceId: stored.deviceId } : {}),
    state,
    attemptsLeft: stored.attemptsLeft,
    ...(shown === undefined ? {} : { shown }),
    createdAt: stored.createdAt,
    expiresAt: stored.expiresAt,
  };
}
