import { CountersignError } from '../../core/errors.ts';
import { newId } from '../../core/ids.ts';
import type { Challenge, User } from '../../core/model.ts';
import { isStandIn } from '../../core/policy/decide.ts';
import {
  endPendingChallenges,
  insertChallenges,
  insertMessages,
  type StoredChallenge,
  type StoredDevice,
  type UserWithDevices,
} from '../../store/index.ts';
import type { IntegrationCaller, IssueChallengeOptions } from '../engine.ts';
import { keepContext } from '../keep-context.ts';
import { isDeviceUsable, isSpent } from '../kind-access.ts';
import type { Refused, WriteContext } from '../ledger.ts';
import { checkName, entryOf, type EngineParts } from '../parts.ts';
import type { Stage } from '../pipeline.ts';
import { newMessage, type WrittenMessage } from '../outbox/outbox-message.ts';
import { readUsers } from '../read-users.ts';
import { refuse } from './open-challenge.ts';
import { type IssuedForDevice, issueForDevice } from './issue-for-device.ts';
import { codeOf, sendChallenge } from './send-challenge.ts';

/** A question whose user's name is in the form in which it is stored. */
interface Question {
  caller: IntegrationCaller;
  options: IssueChallengeOptions;
}

interface IssuedChallenge {
  stored: StoredChallenge;
  written: WrittenMessage | undefined;
}

/** Challenges that are asked for together are issued together; what has to be sent is sent after the commit. */
export function createIssueChallenge(parts: EngineParts) {
  const stage: Stage<Question, IssuedChallenge> = (tx, questions) => issueTogether(parts, tx, questions);
  return async (caller: IntegrationCaller, options: IssueChallengeOptions): Promise<Challenge> => {
    const user = checkName('user', options.user);
    if ((options.reference ?? '').length > 128) {
      throw new CountersignError('invalid_parameters', {
        issues: [{ path: 'reference', message: 'must have at most 128 characters' }],
      });
    }
    const { stored, written } = await parts.pipeline.run(stage, { caller, options: { ...options, user } });
    return sendChallenge(parts, caller, stored, written);
  };
}

async function issueTogether(
  parts: EngineParts,
  tx: WriteContext,
  questions: readonly Question[],
): Promise<readonly (IssuedChallenge | Refused)[]> {
  const { found, accounts } = await readUsers(parts, tx, questions);
  const issued: (IssuedChallenge | Refused)[] = [];
  const fresh: StoredChallenge[] = [];
  for (const [place, question] of questions.entries()) {
    const challenge = await issueOne(parts, tx, question, found[place], accounts.findExhaustion(place), fresh);
    issued.push(challenge);
    if ('stored' in challenge) fresh.push(challenge.stored);
  }
  await insertChallenges(tx.db, fresh);
  await insertMessages(
    tx.db,
    issued.flatMap((each) => ('written' in each && each.written !== undefined ? [each.written.row] : [])),
  );
  // Nothing is spent here; what may be written is the end of a window that lay too far ahead.
  await accounts.settle(tx.db);
  return issued;
}

async function issueOne(
  parts: EngineParts,
  tx: WriteContext,
  { caller, options }: Question,
  found: UserWithDevices | undefined,
  exhausted: CountersignError | undefined,
  fresh: readonly StoredChallenge[],
): Promise<IssuedChallenge | Refused> {
  if (found === undefined) return refuse('not_found');
  const { user, devices } = found;
  if (user.status === 'inactive') return refuse('user_inactive');
  if (exhausted !== undefined) return { refused: exhausted };
  const answerable = devices.filter((device) => !isSpent(parts, device));
  const device = chooseDevice(parts, caller, answerable, options.deviceId);
  if (device === undefined) return refuse('no_device');
  const id = newId(parts.random, 'challenge');
  const issued = await issueForDevice(parts, tx, caller, user, device, { ...options, id });
  if ('refused' in issued) return issued;
  // A code that was sent before is void as soon as a new one is on its way; who is interrupted is asked one question at a time.
  const voids = issued.prompts
    ? devices.filter(({ kind }) => kind === device.kind)
    : issued.deliver === undefined
      ? []
      : [device];
  for (const { id: deviceId } of voids) {
    const of = { column: 'device_id', id: deviceId } as const;
    await endPendingChallenges(tx.db, caller.tenant, of, 'expired', parts.clock.now());
    for (const sibling of fresh) if (sibling.deviceId === deviceId) voidFresh(sibling);
  }
  const stored = newChallenge(parts, caller, id, options, user, device, issued);
  const about = { objectId: stored.id, userId: user.id, deviceId: device.id };
  tx.record(caller.tenant, entryOf(caller, 'challenge.issued', 'done', about));
  const { deliver } = issued;
  return { stored, written: deliver && newMessage(parts, caller, deliver, codeOf(stored)) };
}

/** What {@link endPendingChallenges} does to one that is not in the database yet. */
function voidFresh(challenge: StoredChallenge): void {
  challenge.state = 'expired';
  challenge.kept = undefined;
}

/** The device that was named, or the one most recently used or enrolled among those the policy accepts. */
function chooseDevice(
  parts: EngineParts,
  caller: IntegrationCaller,
  devices: readonly StoredDevice[],
  wanted: string | undefined,
): StoredDevice | undefined {
  const usable = devices.filter((device) => isDeviceUsable(parts, caller.integration.policy, device));
  if (wanted !== undefined) return usable.find((device) => device.id === wanted);
  const latest = (device: StoredDevice) => device.lastUsedAt ?? device.createdAt;
  const byUse = usable.toSorted((a, b) => latest(b) - latest(a));
  return byUse.find((device) => !isStandIn(device.kind)) ?? byUse[0];
}

function newChallenge(
  parts: EngineParts,
  caller: IntegrationCaller,
  id: string,
  options: IssueChallengeOptions,
  user: User,
  device: StoredDevice,
  issued: IssuedForDevice,
): StoredChallenge {
  const now = parts.clock.now();
  const { challenge } = caller.integration.policy;
  return {
    tenantId: caller.tenant,
    id,
    integrationId: caller.integration.id,
    userId: user.id,
    deviceId: device.id,
    kind: device.kind,
    state: 'pending',
    attemptsLeft: Math.min(options.attempts ?? challenge.attempts, challenge.attempts, issued.attempts ?? Infinity),
    resendsLeft: challenge.resends,
    codeDigits: options.codeDigits,
    reference: options.reference ?? '',
    kept: issued.kept,
    shown: issued.shown,
    failMode: undefined,
    context: keepContext(options.context),
    version: 1,
    createdAt: now,
    expiresAt: now + challenge.lifeSeconds * 1000,
  };
}
