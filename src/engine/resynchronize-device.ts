import { CountersignError } from '../core/errors.ts';
import { isKindUsable } from '../core/policy/decide.ts';
import type { Answer } from '../devices/index.ts';
import { openGuessAccounts } from '../limits/index.ts';
import { findDevice, findUser, listDevices, Superseded } from '../store/index.ts';
import { batchDevices } from './batch-devices.ts';
import type { DevicesEngine, IntegrationCaller } from './engine.ts';
import type { Refused, WriteContext } from './ledger.ts';
import { lockouts } from './lockouts.ts';
import { notifyUser } from './notices/notify-user.ts';
import { entryOf, type EngineParts } from './parts.ts';
import { guessPayer } from './read-users.ts';
import { type Accepted, toOutcome } from './verify.ts';
import { weighResynchronization } from './weigh-answer.ts';

/** Sets a counter that has run away, by two consecutive codes (RFC 4226 §7.4). The law is that of `verify`. */
export function createResynchronize(parts: EngineParts): DevicesEngine['resynchronize'] {
  return async (caller, id, answers) => {
    const outcome = await parts.pipeline.runAlone(caller, (tx) => resynchronizeIn(parts, tx, caller, id, answers));
    return outcome.accepted ? toOutcome(outcome) : outcome;
  };
}

async function resynchronizeIn(
  parts: EngineParts,
  tx: WriteContext,
  caller: IntegrationCaller,
  id: string,
  answers: readonly [Answer, Answer],
): Promise<Refused | Accepted | { accepted: false }> {
  const { clock } = parts;
  const { policy, realmId } = caller.integration;
  // A refusal is a value here: what is thrown makes the whole batch be judged again, one by one.
  const device = await findDevice(tx.db, caller.tenant, id);
  const user = device === undefined ? undefined : await findUser(tx.db, caller.tenant, realmId, device.userId);
  if (device === undefined || user === undefined) return { refused: new CountersignError('not_found') };
  const own = await listDevices(tx.db, caller.tenant, user.id);
  const payer = guessPayer(caller, user.name, undefined);
  const accounts = await openGuessAccounts(tx.db, [{ payer, policy }], clock.now());
  const refused = accounts.pay(0);
  const about = { userId: user.id, deviceId: id };
  const record = (outcome: 'accepted' | 'refused', reason?: string) =>
    tx.record(
      caller.tenant,
      entryOf(caller, 'device.resynchronized', outcome, { ...about, ...(reason === undefined ? {} : { reason }) }),
    );
  if (refused !== undefined) {
    await accounts.settle(tx.db);
    record('refused', 'too_many_attempts');
    return { refused };
  }
  const usable = user.status !== 'inactive' && device.status === 'active' && isKindUsable(policy, device.kind);
  const judged = usable
    ? weighResynchronization(parts, caller, user, device, answers)
    : { accepted: false as const, reason: 'not_permitted', fault: undefined };
  if (!judged.accepted && judged.fault !== undefined) {
    record('refused', judged.reason);
    return { refused: judged.fault };
  }
  const devices = batchDevices();
  if (judged.accepted) {
    accounts.forgive(0);
    devices.advance(device, judged.advanced);
  } else {
    devices.supersede(caller.tenant, own);
  }
  if (!(await devices.write(tx.db)) || !(await accounts.settle(tx.db))) throw new Superseded();
  if (!judged.accepted) {
    record('refused', judged.reason);
    const locked = lockouts();
    if (accounts.isLocked(0)) locked.add(tx, caller, user);
    await locked.write(tx, parts);
    return { accepted: false };
  }
  const receipt = record('accepted');
  await notifyUser(tx, parts, caller, user, { event: 'device_resynchronized', device }, { devices: own });
  return { accepted: true, user, device: judged.device, method: judged.method, receipt };
}
