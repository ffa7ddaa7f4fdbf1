import type { z } from 'zod';
import { CountersignError } from '../core/errors.ts';
import { newId } from '../core/ids.ts';
import { isOver } from '../core/lifetime.ts';
import type { BindingContext, Enrollment, EnrollmentState, Json, JsonObject, User } from '../core/model.ts';
import type { Answer, DeviceState } from '../devices/index.ts';
import { forgiveGuesses, payForGuess, payForMessage } from '../limits/index.ts';
import {
  endEnrollment,
  findEnrollment,
  findUserByName,
  insertEnrollment,
  insertMessages,
  listDevices,
  listEnrollments,
  parsePage,
  prepareEnrollment,
  reopenEnrollment,
  spendEnrollmentAttempt,
  type StoredEnrollment,
} from '../store/index.ts';
import { type Examined, examineForEnrollment, withExamined } from './examine.ts';
import { openPrepared, type PreparedContent } from './prepared-content.ts';
import { addDevice } from './add-device.ts';
import type {
  BeginEnrollmentOptions,
  EnrollmentsEngine,
  IntegrationCaller,
  PrepareEnrollmentOptions,
} from './engine.ts';
import { notifyUser } from './notices/notify-user.ts';
import { newMessage } from './outbox/outbox-message.ts';
import { failEnrollment } from './outbox/fail-enrollment.ts';
import { sendCode } from './outbox/send-code.ts';
import { kindContext, presentDevice, requireKind, sealNewDevice } from './kind-access.ts';
import type { Refused, WriteContext } from './ledger.ts';
import { checkName, entryOf, type EngineParts, found } from './parts.ts';
import { dropTrustedBrowsers } from './trusted-browsers/index.ts';
import { findSiblings } from './siblings.ts';
import { ensureUser } from './users.ts';

const open: readonly EnrollmentState[] = ['new', 'prepared'];

/** An answer to an enrollment that names no reason: the trail knows it. */
function wrongState(): Refused {
  return { refused: new CountersignError('wrong_state') };
}

export function createEnrollments(parts: EngineParts): EnrollmentsEngine {
  const { ledger, pipeline, vault, clock } = parts;

  function present(stored: StoredEnrollment): Enrollment {
    const expired = open.includes(stored.state) && isOver(stored, clock.now());
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

  const find = async (tx: WriteContext, caller: IntegrationCaller, id: string) =>
    found(await findEnrollment(tx.db, caller.tenant, caller.integration.id, id));

  /** Ends an expired enrollment for good. Undefined: it has not expired. */
  async function endIfExpired(
    tx: WriteContext,
    caller: IntegrationCaller,
    stored: StoredEnrollment,
  ): Promise<Refused | undefined> {
    const now = clock.now();
    if (!open.includes(stored.state) || !isOver(stored, now)) return undefined;
    if (await endEnrollment(tx.db, stored, open, { state: 'expired' }, now)) {
      tx.record(caller.tenant, entryOf(caller, 'enrollment.expired', 'failed', { objectId: stored.id }));
    }
    return { refused: new CountersignError('enrollment_expired') };
  }

  async function begin(caller: IntegrationCaller, options: BeginEnrollmentOptions): Promise<Enrollment> {
    const userName = checkName('user', options.user);
    const { policy, realmId } = caller.integration;
    return ledger.write(async (tx) => {
      const now = clock.now();
      const user = await findUserByName(tx.db, caller.tenant, realmId, userName);
      if (user?.status === 'inactive') return { refused: new CountersignError('user_inactive') };
      if (user !== undefined && options.ifUserExists === 'refuse') {
        const devices = await listDevices(tx.db, caller.tenant, user.id);
        if (devices.length > 0) return { refused: new CountersignError('user_exists') };
      }
      const stored: StoredEnrollment = {
        tenantId: caller.tenant,
        id: newId(parts.random, 'enrollment'),
        integrationId: caller.integration.id,
        userName,
        userId: user?.id,
        ifUserExists: options.ifUserExists ?? 'add',
        kind: undefined,
        deviceId: undefined,
        deviceName: undefined,
        state: 'new',
        attemptsLeft: Math.min(options.attempts ?? policy.enrollment.attempts, policy.enrollment.attempts),
        prepared: undefined,
        shown: undefined,
        context: options.context === undefined ? undefined : JSON.stringify(options.context),
        createdAt: now,
        expiresAt: now + policy.enrollment.lifeSeconds * 1000,
      };
      await insertEnrollment(tx.db, stored);
      tx.record(caller.tenant, entryOf(caller, 'enrollment.begun', 'done', { objectId: stored.id }));
      return present(stored);
    });
  }

  async function prepare(
    caller: IntegrationCaller,
    id: string,
    options: PrepareEnrollmentOptions,
  ): Promise<Enrollment> {
    const { policy } = caller.integration;
    const kind = requireKind(parts.kinds, options.kind);
    const deviceName = options.deviceName === undefined ? undefined : checkName('deviceName', options.deviceName);
    const { stored, written } = await ledger.write(async (tx) => {
      const now = clock.now();
      const enrollment = await find(tx, caller, id);
      const expired = await endIfExpired(tx, caller, enrollment);
      if (expired !== undefined) return expired;
      if (enrollment.state !== 'new') return wrongState();
      if (kind.selfService === false || policy.allowedKinds?.includes(kind.name) === false) {
        return { refused: new CountersignError('kind_not_allowed') };
      }
      const chosen = parseOptions(kind.options, options.options ?? {});
      const context = kindContext(parts, caller.integration, kind, enrollment.userName, {
        ...options,
        id,
        context: { ...enrollmentContext(enrollment), ...options.context },
      });
      const siblings = await findSiblings(parts, tx.db, caller, enrollment.userName, kind);
      const prepared = kind.prepare(chosen, { ...context, siblings });
      if (prepared.deliver !== undefined) {
        const payer = { tenant: caller.tenant, realm: caller.integration.realmId, user: enrollment.userName };
        const refused = await payForMessage(tx.db, payer, prepared.deliver, policy, now);
        if (refused !== undefined) return { refused };
      }
      const content: PreparedContent = {
        state: prepared.state as { secret: Json; counters: Json },
        kept: prepared.kept ?? null,
      };
      const columns = {
        kind: kind.name,
        deviceId: newId(parts.random, 'device'),
        deviceName: deviceName ?? prepared.deviceName,
        prepared: vault.seal(caller.tenant, 'enrollments.prepared', id, content as unknown as Json), // plain JSON by contract of the kinds
        shown:
          prepared.shown === undefined ? undefined : vault.seal(caller.tenant, 'enrollments.shown', id, prepared.shown),
      };
      if (!(await prepareEnrollment(tx.db, enrollment, columns, now))) return wrongState();
      tx.record(
        caller.tenant,
        entryOf(caller, 'enrollment.prepared', 'done', { objectId: id, detail: { kind: kind.name } }),
      );
      const { userId, expiresAt } = enrollment;
      const subject = { purpose: 'code' as const, objectId: id, userId, expiresAt };
      const written = prepared.deliver && newMessage(parts, caller, prepared.deliver, subject);
      if (written !== undefined) await insertMessages(tx.db, [written.row]);
      return { stored: { ...enrollment, ...columns, state: 'prepared' as const }, written };
    });
    if (written === undefined) return present(stored);
    await sendCode(parts, caller, written, (tx) => failEnrollment(parts, tx, caller, stored));
    return present(stored);
  }

  async function complete(caller: IntegrationCaller, id: string, answer: Answer) {
    const examined = await examineForEnrollment(parts, caller, id, answer);
    const completed = await pipeline.runAlone(caller, (tx) => completeIn(tx, caller, id, answer, examined));
    return { ...completed, enrollment: present(completed.enrollment) };
  }

  async function completeIn(
    tx: WriteContext,
    caller: IntegrationCaller,
    id: string,
    given: Answer,
    examined: Examined | undefined,
  ) {
    const now = clock.now();
    const { policy, realmId } = caller.integration;
    // A refusal is a value here: what is thrown makes the whole batch be judged again, one by one.
    const enrollment = await findEnrollment(tx.db, caller.tenant, caller.integration.id, id);
    if (enrollment === undefined) return { refused: new CountersignError('not_found') };
    const expired = await endIfExpired(tx, caller, enrollment);
    if (expired !== undefined) return expired;
    if (enrollment.state !== 'prepared' || enrollment.prepared === undefined) return wrongState();

    const payer = {
      tenant: caller.tenant,
      realm: realmId,
      user: enrollment.userName,
      source: undefined,
      purpose: 'enrollment' as const,
    };
    const exhausted = await payForGuess(tx.db, payer, policy, now);
    if (exhausted !== undefined) {
      const about = { objectId: id, reason: 'too_many_attempts' };
      tx.record(caller.tenant, entryOf(caller, 'enrollment.answered', 'refused', about));
      return { refused: exhausted };
    }
    if (!(await spendEnrollmentAttempt(tx.db, enrollment, now))) return wrongState();

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
    const { realmId, policy } = caller.integration;
    const payer = {
      tenant: caller.tenant,
      realm: realmId,
      user: user.name,
      source: undefined,
      purpose: 'enrollment' as const,
    };
    await forgiveGuesses(tx.db, payer, policy);
    const about = { objectId: enrollment.id, userId: user.id, deviceId, detail: { kind: kind.name } };
    tx.record(caller.tenant, entryOf(caller, 'enrollment.completed', 'accepted', about));
    await dropTrustedBrowsers(tx, caller, user.id, 'devices-changed');
    const { language, ip } = enrollmentContext(enrollment) ?? {};
    await notifyUser(tx, parts, caller, user, { event: 'device_added', device, language, ip }, { except: deviceId });
    const attemptsLeft = enrollment.attemptsLeft - 1;
    const ended: StoredEnrollment = { ...enrollment, attemptsLeft, state: 'completed', userId: user.id };
    return { accepted: true, enrollment: ended, user, device: presentDevice(parts, device) };
  }

  async function refuse(tx: WriteContext, caller: IntegrationCaller, enrollment: StoredEnrollment, reason: string) {
    // Read again: others may have answered between the reading and the paying.
    const { attemptsLeft } = await find(tx, caller, enrollment.id);
    const state = attemptsLeft > 0 ? enrollment.state : 'failed';
    if (state === 'failed') await endEnrollment(tx.db, enrollment, ['prepared'], { state }, clock.now());
    tx.record(caller.tenant, entryOf(caller, 'enrollment.answered', 'refused', { objectId: enrollment.id, reason }));
    return { accepted: false, enrollment: { ...enrollment, attemptsLeft, state } };
  }

  /** Ends an open enrollment; one that has ended already stays as it is. */
  async function end(
    caller: IntegrationCaller,
    id: string,
    from: readonly EnrollmentState[],
    state: 'failed' | 'cancelled',
    reason: string,
  ): Promise<Enrollment> {
    return ledger.write(async (tx) => {
      const enrollment = await find(tx, caller, id);
      if (await endEnrollment(tx.db, enrollment, from, { state }, clock.now())) {
        const outcome = state === 'failed' ? 'failed' : 'done';
        tx.record(caller.tenant, entryOf(caller, `enrollment.${state}`, outcome, { objectId: id, reason }));
      }
      return present(await find(tx, caller, id));
    });
  }

  async function restart(caller: IntegrationCaller, id: string): Promise<Enrollment> {
    const stored = await ledger.write(async (tx) => {
      const enrollment = await find(tx, caller, id);
      const expired = await endIfExpired(tx, caller, enrollment);
      if (expired !== undefined) return expired;
      if (enrollment.state === 'new') return enrollment;
      if (!(await reopenEnrollment(tx.db, enrollment, clock.now()))) return wrongState();
      const detail = { kind: enrollment.kind ?? '' };
      tx.record(caller.tenant, entryOf(caller, 'enrollment.restarted', 'done', { objectId: id, detail }));
      return find(tx, caller, id);
    });
    return present(stored);
  }

  return {
    begin,
    prepare,
    complete,
    restart,
    get: async (caller, id) =>
      present(found(await parts.store.read((db) => findEnrollment(db, caller.tenant, caller.integration.id, id)))),
    list: async (caller, options = {}) => {
      const filter = {
        ...(options.state === undefined ? {} : { state: options.state }),
        ...(options.user === undefined ? {} : { user: options.user.normalize('NFC') }),
      };
      const page = await parts.store.read((db) =>
        listEnrollments(db, caller.tenant, caller.integration.id, parsePage(options), filter, clock.now()),
      );
      return { ...page, items: page.items.map(present) };
    },
    cancel: async (caller, id) => {
      const enrollment = await end(caller, id, open, 'cancelled', 'cancelled');
      if (enrollment.state !== 'cancelled') throw new CountersignError('wrong_state');
      return enrollment;
    },
    fail: (caller, id, reason) => end(caller, id, open, 'failed', reason),
  };
}

/** Where the user is, as the integration told when the enrollment began. */
function enrollmentContext({ context }: StoredEnrollment): BindingContext | undefined {
  return context === undefined ? undefined : (JSON.parse(context) as BindingContext);
}

/** Parses the options of a kind; the paths of the issues are those of the options. */
export function parseOptions(schema: z.ZodType, options: JsonObject): unknown {
  const parsed = schema.safeParse(options);
  if (parsed.success) return parsed.data;
  throw new CountersignError('invalid_parameters', {
    issues: parsed.error.issues.map((issue) => ({ path: issue.path.join('.'), message: issue.message })),
  });
}
