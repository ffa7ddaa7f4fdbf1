import { isKindUsable } from '../core/policy/decide.ts';
import type { Device, Method, User } from '../core/model.ts';
import type { GuessAccounts } from '../limits/index.ts';
import { type StoredDevice, Superseded, type UserWithDevices } from '../store/index.ts';
import { type BatchDevices, batchDevices } from './batch-devices.ts';
import type { Decoy } from './decoy.ts';
import type { IntegrationCaller, Outcome, VerifyOptions } from './engine.ts';
import { type Examined, examineForVerify, withExamined } from './examine.ts';
import { weighAnswer } from './weigh-answer.ts';
import { type Lockouts, lockouts } from './lockouts.ts';
import type { AuditReceipt, Refused, WriteContext } from './ledger.ts';
import { checkName, entryOf, type EngineParts } from './parts.ts';
import type { Stage } from './pipeline.ts';
import { readUsers } from './read-users.ts';

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

/** A question whose user's name is in the form in which it is stored. */
interface Question {
  caller: IntegrationCaller;
  options: VerifyOptions;
  /** By device id. */
  examined: ReadonlyMap<string, Examined>;
}

type Verdict = Accepted | { accepted: false; replayed?: true };

/** User and code in one call: pays for the guess, lets the user's devices judge it, writes the verdict. The hot path. */
export function createVerify(parts: EngineParts, decoy: Decoy) {
  const stage: Stage<Question, Verdict> = (tx, questions) => verifyTogether(parts, decoy, tx, questions);
  return async (caller: IntegrationCaller, options: VerifyOptions): Promise<Outcome> => {
    const user = checkName('user', options.user);
    const asked = { ...options, user };
    const examined = await examineForVerify(parts, caller, asked);
    const verified = await parts.pipeline.run(stage, { caller, options: asked, examined });
    return verified.accepted ? toOutcome(verified) : verified;
  };
}

/**
 * Reads what all the questions need, judges one after the other in memory, and writes what came of it: the devices only as they were read
 * and the budgets only as far as they reach, or nothing at all, and then everything is judged anew.
 */
async function verifyTogether(
  parts: EngineParts,
  decoy: Decoy,
  tx: WriteContext,
  questions: readonly Question[],
): Promise<readonly (Verdict | Refused)[]> {
  const { found, accounts } = await readUsers(parts, tx, questions);
  const devices = batchDevices();
  const locked = lockouts();
  const verdicts = questions.map((question, place) =>
    verifyOne(parts, decoy, tx, question, { place, accounts, devices, locked, found: found[place] }),
  );
  if (!(await devices.write(tx.db)) || !(await accounts.settle(tx.db))) throw new Superseded();
  await locked.write(tx, parts);
  return verdicts;
}

/** One question's place in its batch, and what was read for it. */
interface Place {
  place: number;
  accounts: GuessAccounts;
  devices: BatchDevices;
  locked: Lockouts;
  found: UserWithDevices | undefined;
}

function verifyOne(
  parts: EngineParts,
  decoy: Decoy,
  tx: WriteContext,
  { caller, options, examined }: Question,
  { place, accounts, devices, locked, found }: Place,
): Verdict | Refused {
  const exhausted = accounts.pay(place);
  if (exhausted !== undefined) {
    tx.record(caller.tenant, entryOf(caller, 'verify.answered', 'refused', { reason: 'too_many_attempts' }));
    return { refused: exhausted };
  }

  const user = found?.user;
  const asked = answerableDevices(parts, caller, found, options);
  let fault: Refused | undefined;
  let judgedByAny = false;
  let reason = user === undefined ? 'no_such_user' : user.status === 'inactive' ? 'user_inactive' : 'no_device';
  for (const device of asked) {
    if (user === undefined) break;
    const current = devices.current(device);
    const answer = withExamined(options.answer, examined.get(device.id), current, undefined);
    const weighed = weighAnswer(parts, caller, user, current, answer);
    if (weighed.accepted) {
      accounts.forgive(place);
      devices.advance(device, weighed.advanced);
      const about = { userId: user.id, deviceId: device.id, detail: { method: weighed.method.name } };
      const receipt = tx.record(caller.tenant, entryOf(caller, 'verify.answered', 'accepted', about));
      return { accepted: true, user, device: weighed.device, method: weighed.method, receipt };
    }
    if (weighed.fault === undefined) judgedByAny = true;
    else fault ??= { refused: weighed.fault };
    // "Replayed" tells an operator more than the plain "wrong" of another device.
    if (reason !== 'replayed') reason = weighed.reason;
  }
  if (fault !== undefined && !judgedByAny) {
    accounts.refund(place);
    tx.record(caller.tenant, entryOf(caller, 'verify.answered', 'refused', aboutRefusal(user, 'fault')));
    return fault;
  }
  // One device that is broken must not stop the others from answering; and what they have refused is a guess, and stays paid for.
  if (asked.length === 0) decoy.check(options.answer);
  devices.supersede(caller.tenant, found?.devices ?? []);
  tx.record(caller.tenant, entryOf(caller, 'verify.answered', 'refused', aboutRefusal(user, reason)));
  if (user !== undefined && accounts.isLocked(place)) locked.add(tx, caller, user);
  if (fault !== undefined) return fault;
  return options.tellReplayed === true && reason === 'replayed'
    ? { accepted: false, replayed: true }
    : { accepted: false };
}

function aboutRefusal(user: User | undefined, reason: string) {
  return user === undefined ? { reason } : { reason, userId: user.id };
}

/** The devices that the policy lets answer, and that could have made such an answer without a challenge. */
function answerableDevices(
  parts: EngineParts,
  caller: IntegrationCaller,
  found: UserWithDevices | undefined,
  options: VerifyOptions,
): StoredDevice[] {
  if (found === undefined || found.user.status === 'inactive') return [];
  return found.devices.filter(
    (device) =>
      device.status === 'active' &&
      isKindUsable(caller.integration.policy, device.kind) &&
      (options.kinds === undefined || options.kinds.includes(device.kind)) &&
      parts.kinds.get(device.kind)?.recognizes?.(options.answer) === true,
  );
}
