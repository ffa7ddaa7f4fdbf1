import { CountersignError } from '../../core/errors.ts';
import type { Enrollment, EnrollmentState } from '../../core/model.ts';
import {
  endEnrollment,
  findEnrollment,
  listEnrollments,
  parsePage,
  reopenEnrollment,
  type StoredEnrollment,
} from '../../store/index.ts';
import type { EnrollmentsEngine, IntegrationCaller } from '../engine.ts';
import { entryOf, type EngineParts, found } from '../parts.ts';
import { createBeginEnrollment } from './begin-enrollment.ts';
import { createCompleteEnrollment } from './complete-enrollment.ts';
import { openStates, refuseIfExpired, refuseState, requireEnrollment } from './open-enrollment.ts';
import { createPrepareEnrollment } from './prepare-enrollment.ts';
import { presentEnrollment } from './present-enrollment.ts';

export function createEnrollments(parts: EngineParts): EnrollmentsEngine {
  const { ledger, clock } = parts;
  const present = (stored: StoredEnrollment) => presentEnrollment(parts, stored);

  /** Ends an open enrollment; one that has ended already stays as it is. */
  async function end(
    caller: IntegrationCaller,
    id: string,
    from: readonly EnrollmentState[],
    state: 'failed' | 'cancelled',
    reason: string,
  ): Promise<Enrollment> {
    return ledger.write(async (tx) => {
      const enrollment = await requireEnrollment(tx, caller, id);
      if (await endEnrollment(tx.db, enrollment, from, { state }, clock.now())) {
        const outcome = state === 'failed' ? 'failed' : 'done';
        tx.record(caller.tenant, entryOf(caller, `enrollment.${state}`, outcome, { objectId: id, reason }));
      }
      return present(await requireEnrollment(tx, caller, id));
    });
  }

  async function restart(caller: IntegrationCaller, id: string): Promise<Enrollment> {
    const stored = await ledger.write(async (tx) => {
      const enrollment = await requireEnrollment(tx, caller, id);
      const expired = await refuseIfExpired(parts, tx, caller, enrollment);
      if (expired !== undefined) return expired;
      if (enrollment.state === 'new') return enrollment;
      if (!(await reopenEnrollment(tx.db, enrollment, clock.now()))) return refuseState();
      const detail = { kind: enrollment.kind ?? '' };
      tx.record(caller.tenant, entryOf(caller, 'enrollment.restarted', 'done', { objectId: id, detail }));
      return requireEnrollment(tx, caller, id);
    });
    return present(stored);
  }

  return {
    begin: createBeginEnrollment(parts),
    prepare: createPrepareEnrollment(parts),
    complete: createCompleteEnrollment(parts),
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
      const enrollment = await end(caller, id, openStates, 'cancelled', 'cancelled');
      if (enrollment.state !== 'cancelled') throw new CountersignError('wrong_state');
      return enrollment;
    },
    fail: (caller, id, reason) => end(caller, id, openStates, 'failed', reason),
  };
}
