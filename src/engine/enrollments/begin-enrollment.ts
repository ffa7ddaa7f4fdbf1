import { CountersignError } from '../../core/errors.ts';
import { newId } from '../../core/ids.ts';
import type { Enrollment } from '../../core/model.ts';
import { findUserByName, insertEnrollment, listDevices, type StoredEnrollment } from '../../store/index.ts';
import type { BeginEnrollmentOptions, IntegrationCaller } from '../engine.ts';
import { keepContext } from '../keep-context.ts';
import { checkName, entryOf, type EngineParts } from '../parts.ts';
import { presentEnrollment } from './present-enrollment.ts';

/** Begins an enrollment; which device it is to be is chosen later. */
export function createBeginEnrollment(parts: EngineParts) {
  const { ledger, clock } = parts;
  return async (caller: IntegrationCaller, options: BeginEnrollmentOptions): Promise<Enrollment> => {
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
        context: keepContext(options.context),
        createdAt: now,
        expiresAt: now + policy.enrollment.lifeSeconds * 1000,
      };
      await insertEnrollment(tx.db, stored);
      tx.record(caller.tenant, entryOf(caller, 'enrollment.begun', 'done', { objectId: stored.id }));
      return presentEnrollment(parts, stored);
    });
  };
}
