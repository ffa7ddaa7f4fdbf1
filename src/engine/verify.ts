import type { CountersignError } from '../core/errors.ts';
import { isKindUsable } from '../core/policy/decide.ts';
import type { Device, Method, User } from '../core/model.ts';
import { forgiveGuesses, type GuessPayer, payForGuess } from '../limits/index.ts';
import { findUserByName, listDevices, type StoredDevice } from '../store/index.ts';
import type { IntegrationCaller, Outcome, VerifyOptions } from './engine.ts';
import type { Decoy } from './decoy.ts';
import { judgeAnswer } from './judge.ts';
import type { AuditReceipt, Refused, WriteContext } from './ledger.ts';
import { checkName, entryOf, type EngineParts } from './parts.ts';

/** Who pays for a guess at the second factor of a user. */
export function guessPayer(caller: IntegrationCaller, user: string, source: string | undefined): GuessPayer {
  return { tenant: caller.tenant, realm: caller.integration.realmId, user, source, purpose: 'factor' };
}

/** User and code in one call: pays for the guess, lets the user's devices judge it, writes the verdict. */
export function createVerify(parts: EngineParts, decoy: Decoy) {
  return async (caller: IntegrationCaller, options: VerifyOptions): Promise<Outcome> => {
    const name = checkName('user', options.user);
    const verified = await parts.pipeline.run((tx) => verifyIn(parts, decoy, tx, caller, { ...options, user: name }));
    return verified.accepted ? toOutcome(verified) : verified;
  };
}

/** An acceptance inside its transaction: the id of its audit row is known at the commit. */
export interface Accepted {
  accepted: true;
  user: User;
  device: Device;
  method: Method;
  receipt: AuditReceipt;
}

export function toOutcome({ user, device, method, receipt }: Accepted): Outcome {
  return { accepted: true, user, device, method, auditId: receipt.id };
}

async function verifyIn(
  parts: EngineParts,
  decoy: Decoy,
  tx: WriteContext,
  caller: IntegrationCaller,
  options: VerifyOptions,
): Promise<Accepted | { accepted: false } | Refused> {
  const { policy, realmId } = caller.integration;
  const payer = guessPayer(caller, options.user, options.context?.ip);
  const exhausted = await payForGuess(tx.db, payer, policy, parts.clock.now());
  if (exhausted !== undefined) {
    tx.record(caller.tenant, entryOf(caller, 'verify.answered', 'refused', { reason: 'too_many_attempts' }));
    return { refused: exhausted };
  }

  const user = await findUserByName(tx.db, caller.tenant, realmId, options.user);
  const devices = await answerableDevices(parts, tx, caller, user, options);
  let fault: CountersignError | undefined;
  let judgedByAny = false;
  let reason = user === undefined ? 'no_such_user' : user.status === 'inactive' ? 'user_inactive' : 'no_device';
  for (const device of devices) {
    if (user === undefined) break;
    const judged = await judgeAnswer(parts, tx.db, caller, user, device, undefined, options.answer);
    if (judged.accepted) {
      await forgiveGuesses(tx.db, payer, policy);
      const about = { userId: user.id, deviceId: device.id, detail: { method: judged.method.name } };
      const receipt = tx.record(caller.tenant, entryOf(caller, 'verify.answered', 'accepted', about));
      return { accepted: true, user, device: judged.device, method: judged.method, receipt };
    }
    if (judged.fault === undefined) judgedByAny = true;
    else fault ??= judged.fault;
    // "Replayed" tells an operator more than the plain "wrong" of another device.
    if (reason !== 'replayed') reason = judged.reason;
  }
  // One device that is broken must not stop the others from answering; and what they have refused is a guess, and stays paid for.
  if (fault !== undefined && !judgedByAny) throw fault;
  if (devices.length === 0) decoy.check(options.answer);
  const about = user === undefined ? { reason } : { reason, userId: user.id };
  tx.record(caller.tenant, entryOf(caller, 'verify.answered', 'refused', about));
  return fault === undefined ? { accepted: false } : { refused: fault };
}

/**
 * The devices that the policy lets answer, and that could have made such an answer without a challenge. They are looked for also where
 * there is no user, so that nobody costs what somebody costs (design law 8).
 */
async function answerableDevices(
  parts: EngineParts,
  tx: WriteContext,
  caller: IntegrationCaller,
  user: User | undefined,
  options: VerifyOptions,
): Promise<StoredDevice[]> {
  const devices = await listDevices(tx.db, caller.tenant, user?.id ?? '');
  if (user?.status === 'inactive') return [];
  return devices.filter(
    (device) =>
      device.status === 'active' &&
      isKindUsable(caller.integration.policy, device.kind) &&
      (options.kinds === undefined || options.kinds.includes(device.kind)) &&
      parts.kinds.get(device.kind)?.recognizes?.(options.answer) === true,
  );
}
