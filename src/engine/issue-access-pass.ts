import { readOptions } from '../devices/read-options.ts';
import { CountersignError, invalidParameter } from '../core/errors.ts';
import { newId } from '../core/ids.ts';
import { deleteDevice, findUser, holdUser, listDevices } from '../store/index.ts';
import { addDevice } from './add-device.ts';
import type { AccessPassOptions, IntegrationCaller, IssuedAccessPass } from './engine.ts';
import { isSpent, kindContext, presentDevice, requireKind, sealNewDevice } from './kind-access.ts';
import type { Refused } from './ledger.ts';
import { notifyUser } from './notices/notify-user.ts';
import { entryOf, type EngineParts, found } from './parts.ts';
import { dropTrustedBrowsers } from './trusted-browsers/index.ts';

const kindName = 'temporary-access-pass';

/** Gives a user who has lost everything a code that works once; one that he has not used is void. */
export function createIssueAccessPass(parts: EngineParts) {
  return async (caller: IntegrationCaller, userId: string, options: AccessPassOptions): Promise<IssuedAccessPass> => {
    const reason = checkReason(options.reason);
    const kind = requireKind(parts.kinds, kindName);
    const { policy, realmId } = caller.integration;
    // Nobody is given what would not be accepted from him.
    if (policy.allowedKinds?.includes(kindName) === false || policy.factors === 2) {
      throw new CountersignError('kind_not_allowed', { detail: 'the policy accepts no access pass' });
    }
    const { lifeSeconds } = options;
    const chosen = readOptions(kind.options, lifeSeconds === undefined ? {} : { lifeSeconds });
    return parts.ledger.write(async (tx): Promise<IssuedAccessPass | Refused> => {
      const { tenant } = caller;
      await holdUser(tx.db, tenant, userId);
      const user = found(await findUser(tx.db, tenant, realmId, userId));
      if (user.status === 'inactive') return { refused: new CountersignError('user_inactive') };
      const before = (await listDevices(tx.db, tenant, userId)).find((device) => device.kind === kindName);
      if (before !== undefined) await deleteDevice(tx.db, tenant, before.id);

      const made = kind.prepare(chosen, kindContext(parts, caller.integration, kind, user.name));
      const id = newId(parts.random, 'device');
      const device = await addDevice(tx, kind, {
        tenantId: tenant,
        id,
        userId,
        kind: kindName,
        name: made.deviceName,
        status: 'active',
        ...sealNewDevice(parts, tenant, kind, id, made.state),
        version: 1,
        readable: false,
        createdAt: parts.clock.now(),
        lastUsedAt: undefined,
      });
      const { code, expiresAt } = made.shown ?? {};
      if (typeof code !== 'string' || typeof expiresAt !== 'string') throw new CountersignError('internal');
      const detail = {
        reason,
        expiresAt,
        ...(before === undefined ? {} : { replaced: before.id, replacedUnused: !isSpent(parts, before) }),
      };
      tx.record(tenant, entryOf(caller, 'user.access-pass-issued', 'done', { userId, deviceId: id, detail }));
      await dropTrustedBrowsers(tx, caller, userId, 'devices-changed');
      await notifyUser(tx, parts, caller, user, { event: 'access_pass_issued' });
      return { code, expiresAt: Date.parse(expiresAt), device: presentDevice(parts, device) };
    });
  };
}

/** Why somebody is let in without a device of his is asked sooner or later. */
function checkReason(text: string): string {
  const reason = text.trim();
  if (reason.length >= 1 && reason.length <= 500 && reason.isWellFormed() && !reason.includes('\0')) return reason;
  throw invalidParameter('reason', 'Must have 1 to 500 characters.');
}
