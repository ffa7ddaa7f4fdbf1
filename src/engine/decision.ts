import type { JsonObject } from '../core/model.ts';
import { decide, type Decision } from '../core/policy/decide.ts';
import { findUserByName, listDevices } from '../store/index.ts';
import type { Engine } from './engine.ts';
import { isSpent, presentDevice } from './kind-access.ts';
import { checkName, entryOf, type EngineParts } from './parts.ts';

/** Asks the policy, and keeps the trace in the audit trail. */
export function createDecide(parts: EngineParts): Engine['decide'] {
  return async (caller, options) => {
    const name = checkName('user', options.user);
    const { policy, realmId } = caller.integration;
    return parts.ledger.write(async (tx): Promise<Decision> => {
      const user = await findUserByName(tx.db, caller.tenant, realmId, name);
      const devices = user === undefined ? [] : await listDevices(tx.db, caller.tenant, user.id);
      const decision = decide({
        policy,
        status: user?.status,
        devices: devices.filter((device) => !isSpent(parts, device)).map((device) => presentDevice(parts, device)),
        ip: options.context?.ip,
      });
      const trace = decision.trace.map((step): JsonObject => ({ ...step }));
      tx.record(
        caller.tenant,
        entryOf(caller, 'decision.made', decision.result === 'deny' ? 'refused' : 'done', {
          ...(user === undefined ? {} : { userId: user.id }),
          detail: { result: decision.result, trace },
        }),
      );
      return decision;
    });
  };
}
