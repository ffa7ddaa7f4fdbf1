import { CountersignError } from '../../core/errors.ts';
import { newId } from '../../core/ids.ts';
import type { User } from '../../core/model.ts';
import type { Answer, DeviceState } from '../../devices/index.ts';
import { forgiveGuesses, payForGuess } from '../../limits/index.ts';
import { endEnrollment, findEnrollment, spendEnrollmentAttempt, type StoredEnrollment } from '../../store/index.ts';
import { addDevice } from '../add-device.ts';
import type { IntegrationCaller } from '../engine.ts';
import { contextOf } from '../keep-context.ts';
import { type Examined, examineForEnrollment, withExamined } from '../examine.ts';
import { kindContext, presentDevice, requireKind, sealNewDevice } from '../kind-access.ts';
import type { WriteContext } from '../ledger.ts';
import { notifyUser } from '../notices/notify-user.ts';
import { entryOf, type EngineParts } from '../parts.ts';
import { openPrepared } from '../prepared-content.ts';
import { enrollmentPayer } from '../read-users.ts';
import { dropTrustedBrowsers } from '../trusted-browsers/index.ts';
import { ensureUser } from '../users.ts';
import { refuseIfExpired, refuseState, requireEnrollment } from './open-enrollment.ts';
import { presentEnrollment } from './present-enrollment.ts';

/** Judges the first answer; an accepted one makes the device, and its user where there is none yet. */
export function createCompleteEnrollment(parts: EngineParts) {
  const { pipeline, clock } = parts;

  async function completeIn(
    tx: WriteContext,
    caller: IntegrationCaller,
    id: string,
    given: Answer,
    examined: Examined | undefined,
  ) {
    const now = clock.now();
    const { policy } = caller.integration;
    // A refusal is a value here: what is thrown makes the whole batch be judged again, one by one.
    const enrollment = await findEnrollment(tx.db, caller.tenant, caller.integration.id, id);
    if (enrollment === undefined) return { refused: new CountersignError('not_found') };
    const expired = await refuseIfExpired(parts, tx, caller, enrollment);
    if (expired !== undefined) return expired;
    if (enrollment.state !== 'prepared' || enrollment.prepared === undefined) return refuseState();

    const exhausted = await payForGuess(tx.db, enrollmentPayer(caller, enrollment.userName), policy, now);
    if (exhausted !== undefined) {
      const about = { objectId: id, reason: 'too_many_attempts' };
      tx.record(caller.tenant, entryOf(caller, 'enrollment.answered', 'refused', about));
      return { refused: exhausted };
    }
    if (!(await spendEnrollmentAttempt(tx.db, enrollment, now))) return refuseState();

    const kind = requireKind(parts.kinds, enrollment.kind ?? '');
    const content = openPrepared(parts, caller.tenant, id, enrollment.prepared);
    const answer = withExamined(given, examined, { secret: enrollment.prepared }, undefined);
    const context = kindContext(parts, caller.integration, kind, enrollment.userName, { id });
    const verdict = kind.confirm({ state: content.state, kept: content.kept ?? undefined }, answer, context);
    if (!verdict.accepted) {
      const refused = await refuse(tx, caller, enrollment, verdict.reason);
      return verdict.refusal === undefined ? refused : { refused: new CountersignError(verdict.refusal) };
    }

    const user = await ensureUser(parts, tx, caller, enrollment.userName, enrollment.ifUserExists);
    if (user === undefined) {
      await endEnrollment(tx.db, enrollment, ['prepared'], { state: 'failed' }, now);
      tx.record(caller.tenant, entryOf(caller, 'enrollment.failed', 'failed', { objectId: id, reason: 'user_exists' }));
      return { refused: new CountersignError('user_exists') };
    }
    return finish(tx, caller, enrollment, user, verdict.next);
  }

  async function finish(
    tx: WriteContext,
    caller: IntegrationCaller,
    enrollment: StoredEnrollment,
    user: User,
    state: DeviceState<unknown, unknown>,
  ) {
    const now = clock.now();
    const kind = requireKind(parts.kinds, enrollment.kind ?? '');
    const deviceId = enrollment.deviceId ?? newId(parts.random, 'device');
    const device = await addDevice(tx, kind, {
      tenantId: caller.tenant,
      id: deviceId,
      userId: user.id,
      kind: kind.name,
      name: enrollment.deviceName ?? kind.title,
      status: 'active',
      ...sealNewDevice(parts, caller.tenant, kind, deviceId, state),
      version: 1,
      readable: false,
      createdAt: now,
      lastUsedAt: undefined,
    });
    await endEnrollment(tx.db, enrollment, ['prepared'], { state: 'completed', userId: user.id }, now);
    await forgiveGuesses(tx.db, enrollmentPayer(caller, user.name), caller.integration.policy);
    const about = { objectId: enrollment.id, userId: user.id, deviceId, detail: { kind: kind.name } };
    tx.record(caller.tenant, entryOf(caller, 'enrollment.completed', 'accepted', about));
    await dropTrustedBrowsers(tx, caller, user.id, 'devices-changed');
    const { language, ip } = contextOf(enrollment) ?? {};
    await notifyUser(tx, parts, caller, user, { event: 'device_added', device, language, ip }, { except: deviceId });
    const attemptsLeft = enrollment.attemptsLeft - 1;
    const ended: StoredEnrollment = { ...enrollment, attemptsLeft, state: 'completed', userId: user.id };
    return { accepted: true, enrollment: ended, user, device: presentDevice(parts, device) };
  }

  async function refuse(tx: WriteContext, caller: IntegrationCaller, enrollment: StoredEnrollment, reason: string) {
    // Read again: others may have answered between the reading and the paying.
    const { attemptsLeft } = await requireEnrollment(tx, caller, enrollment.id);
    const state = attemptsLeft > 0 ? enrollment.state : 'failed';
    if (state === 'failed') await endEnrollment(tx.db, enrollment, ['prepared'], { state }, clock.now());
    tx.record(caller.tenant, entryOf(caller, 'enrollment.answered', 'refused', { objectId: enrollment.id, reason }));
    return { accepted: false, enrollment: { ...enrollment, attemptsLeft, state } };
  }

  return async (caller: IntegrationCaller, id: string, answer: Answer) => {
    const examined = await examineForEnrollment(parts, caller, id, answer);
    const completed = await pipeline.runAlone(caller, (tx) => completeIn(tx, caller, id, answer, examined));
    return { ...completed, enrollment: presentEnrollment(parts, completed.enrollment) };
  };
}
