import type { JsonObject } from '../core/model.ts';
import { decide, isStandIn } from '../core/policy/decide.ts';
import { findUserByName, listDevices } from '../store/index.ts';
import type { Decided, Engine } from './engine.ts';
import { isSpent, presentDevice, provesTwoFactors } from './kind-access.ts';
import { checkName, entryOf, type EngineParts } from './parts.ts';
import { type Recognized, recognizeBrowser, rotateBrowserToken } from './trusted-browsers/index.ts';

/** Asks the policy, and keeps the trace in the audit trail. */
export function createDecide(parts: EngineParts): Engine['decide'] {
  return async (caller, options) => {
    const name = checkName('user', options.user);
    const { policy, realmId } = caller.integration;
    const token = policy.trustedBrowsers.lifeSeconds === 0 ? undefined : options.context?.trustedDeviceToken;
    return parts.ledger.write(async (tx): Promise<Decided> => {
      const user = await findUserByName(tx.db, caller.tenant, realmId, name);
      const devices = user === undefined ? [] : await listDevices(tx.db, caller.tenant, user.id);
      const spent = devices.filter((device) => isSpent(parts, device));
      // Who has used his access pass enrolls. One that has run out unused keeps enrollment closed, as it did before: the password alone
      // must not be worth more because somebody has waited.
      const known = devices.filter(
        (device) => !isStandIn(device.kind) || device.lastUsedAt === undefined || !spent.includes(device),
      );
      const browser: Recognized | undefined =
        token === undefined ? undefined : await recognizeBrowser(parts, tx, caller, user, token);
      const decision = decide({
        policy,
        status: user?.status,
        devices: known.map((device) => presentDevice(parts, device)),
        ip: options.context?.ip,
        spentDevices: new Set(spent.map(({ id }) => id)),
        ...(browser === undefined ? {} : { browser: browser.trust }),
        ...(policy.factors === 1
          ? {}
          : { twoFactorDevices: new Set(known.filter((own) => provesTwoFactors(parts, own)).map(({ id }) => id)) }),
      });
      const letIn =
        browser?.trust === 'trusted' && decision.trace.at(-1)?.rule === 'trusted-browser' ? browser : undefined;
      const trustedDevice = letIn && (await rotateBrowserToken(parts, tx, caller, letIn));
      const trace = decision.trace.map((step): JsonObject => ({ ...step }));
      tx.record(
        caller.tenant,
        entryOf(caller, 'decision.made', decision.result === 'deny' ? 'refused' : 'done', {
          ...(user === undefined ? {} : { userId: user.id }),
          ...(letIn === undefined ? {} : { objectId: letIn.browser.id }),
          detail: { result: decision.result, trace },
        }),
      );
      return { ...decision, ...(trustedDevice === undefined ? {} : { trustedDevice }) };
    });
  };
}
