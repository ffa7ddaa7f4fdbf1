import { CountersignError } from '../../core/errors.ts';
import { newId } from '../../core/ids.ts';
import type { Enrollment, Json } from '../../core/model.ts';
import { readOptions } from '../../devices/read-options.ts';
import { payForMessage } from '../../limits/index.ts';
import { insertMessages, prepareEnrollment } from '../../store/index.ts';
import type { IntegrationCaller, PrepareEnrollmentOptions } from '../engine.ts';
import { contextOf } from '../keep-context.ts';
import { kindContext, requireKind } from '../kind-access.ts';
import { failEnrollment } from '../outbox/fail-enrollment.ts';
import { newMessage } from '../outbox/outbox-message.ts';
import { sendCode } from '../outbox/send-code.ts';
import { checkName, entryOf, type EngineParts } from '../parts.ts';
import type { PreparedContent } from '../prepared-content.ts';
import { findSiblings } from '../siblings.ts';
import { refuseIfExpired, refuseState, requireEnrollment } from './open-enrollment.ts';
import { presentEnrollment } from './present-enrollment.ts';

/** Chooses the kind of the device, and has it made ready: what is to be sent is sent after the commit. */
export function createPrepareEnrollment(parts: EngineParts) {
  const { ledger, vault, clock } = parts;
  return async (caller: IntegrationCaller, id: string, options: PrepareEnrollmentOptions): Promise<Enrollment> => {
    const { policy } = caller.integration;
    const kind = requireKind(parts.kinds, options.kind);
    const deviceName = options.deviceName === undefined ? undefined : checkName('deviceName', options.deviceName);
    const { stored, written } = await ledger.write(async (tx) => {
      const now = clock.now();
      const enrollment = await requireEnrollment(tx, caller, id);
      const expired = await refuseIfExpired(parts, tx, caller, enrollment);
      if (expired !== undefined) return expired;
      if (enrollment.state !== 'new') return refuseState();
      if (kind.selfService === false || policy.allowedKinds?.includes(kind.name) === false) {
        return { refused: new CountersignError('kind_not_allowed') };
      }
      const chosen = readOptions(kind.options, options.options ?? {});
      const context = kindContext(parts, caller.integration, kind, enrollment.userName, {
        ...options,
        id,
        context: { ...contextOf(enrollment), ...options.context },
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
      if (!(await prepareEnrollment(tx.db, enrollment, columns, now))) return refuseState();
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
    if (written === undefined) return presentEnrollment(parts, stored);
    await sendCode(parts, caller, written, (tx) => failEnrollment(parts, tx, caller, stored));
    return presentEnrollment(parts, stored);
  };
}
