import { isOver } from '../../core/lifetime.ts';
import type { CountersignError } from '../../core/errors.ts';
import type { BindingContext, Challenge, JsonObject } from '../../core/model.ts';
import { isKindUsable } from '../../core/policy/decide.ts';
import type { Answer } from '../../devices/index.ts';
import { forgivePrompts, type GuessAccounts, openGuessAccounts } from '../../limits/index.ts';
import {
  findChallenges,
  findUsersWithDevices,
  type StoredChallenge,
  Superseded,
  type UserWithDevices,
} from '../../store/index.ts';
import { type BatchDevices, batchDevices } from '../batch-devices.ts';
import type { IntegrationCaller, Outcome } from '../engine.ts';
import { contextOf } from '../keep-context.ts';
import { type Examined, examineForChallenge, withExamined } from '../examine.ts';
import { weighAnswer } from '../weigh-answer.ts';
import type { Refused, WriteContext } from '../ledger.ts';
import { type Lockouts, lockouts } from '../lockouts.ts';
import { entryOf, type EngineParts } from '../parts.ts';
import type { Stage } from '../pipeline.ts';
import { guessPayer } from '../read-users.ts';
import { type Accepted, toOutcome } from '../verify.ts';
import { type BatchChallenges, batchChallenges } from './batch-challenges.ts';
import { recordExpiry, refuse } from './open-challenge.ts';
import { presentChallenge } from './present-challenge.ts';

interface Question {
  caller: IntegrationCaller;
  id: string;
  answer: Answer;
  examined: Examined | undefined;
  context: BindingContext | undefined;
}

interface Answered {
  outcome: Accepted | { accepted: false };
  challenge: StoredChallenge;
}

/** Answers that arrive together are judged together: see `verify`, whose law this follows. */
export function createAnswerChallenge(parts: EngineParts) {
  const stage: Stage<Question, Answered> = (tx, questions) => answerTogether(parts, tx, questions);
  return async (
    caller: IntegrationCaller,
    id: string,
    answer: Answer,
    context?: BindingContext,
  ): Promise<{ outcome: Outcome; challenge: Challenge }> => {
    const examined = await examineForChallenge(parts, caller, id, answer);
    const { outcome, challenge } = await parts.pipeline.run(stage, { caller, id, answer, examined, context });
    return {
      outcome: outcome.accepted ? toOutcome(outcome) : outcome,
      challenge: presentChallenge(challenge, parts.clock.now()),
    };
  };
}

/** The user's address: a door whose answers do not say where the user is has said so when it asked. */
function addressOf(challenge: StoredChallenge, context: BindingContext | undefined): string | undefined {
  return context?.ip ?? contextOf(challenge)?.ip;
}

async function answerTogether(
  parts: EngineParts,
  tx: WriteContext,
  questions: readonly Question[],
): Promise<readonly (Answered | Refused)[]> {
  // The challenges and devices before the budgets, as in `verify`.
  const asked = await findChallenges(
    tx.db,
    questions.map(({ caller, id }) => ({ tenant: caller.tenant, integrationId: caller.integration.id, id })),
  );
  const found = await findUsersWithDevices(
    tx.db,
    'id',
    questions.map(({ caller }, place) => ({
      tenant: caller.tenant,
      realm: caller.integration.realmId,
      user: asked[place]?.userId ?? '',
    })),
  );
  const guesses = questions.map(({ caller, context }, place) => {
    const challenge = asked[place];
    const user = found[place]?.user;
    if (challenge === undefined || user === undefined) return undefined;
    const payer = guessPayer(caller, user.name, addressOf(challenge, context));
    return { payer, policy: caller.integration.policy };
  });
  const accounts = await openGuessAccounts(tx.db, guesses, parts.clock.now());
  const batch = { accounts, devices: batchDevices(), challenges: batchChallenges(), locked: lockouts() };
  const answers = questions.map((question, place) =>
    answerOne(parts, tx, question, { ...batch, place, asked: asked[place], found: found[place] }),
  );
  const written =
    (await batch.challenges.write(tx.db, parts.clock.now())) &&
    (await batch.devices.write(tx.db)) &&
    (await accounts.settle(tx.db));
  if (!written) throw new Superseded();
  await batch.locked.write(tx, parts);
  for (const answer of answers) {
    if ('refused' in answer || !answer.outcome.accepted) continue;
    const { tenantId, userId, kind } = answer.challenge;
    if (parts.kinds.get(kind)?.prompts === true) await forgivePrompts(tx.db, tenantId, userId);
  }
  return answers;
}

/** One question's place in its batch, and what was read for it. */
interface Place {
  place: number;
  accounts: GuessAccounts;
  devices: BatchDevices;
  challenges: BatchChallenges;
  locked: Lockouts;
  asked: StoredChallenge | undefined;
  found: UserWithDevices | undefined;
}

function answerOne(
  parts: EngineParts,
  tx: WriteContext,
  { caller, answer: given, examined }: Question,
  { place, accounts, devices, challenges, locked, asked, found }: Place,
): Answered | Refused {
  if (asked === undefined || found === undefined) return refuse('not_found');
  const { user } = found;
  const challenge = challenges.current(asked);
  const about = { objectId: challenge.id, userId: user.id, deviceId: challenge.deviceId };
  const refuseExhausted = (refused: CountersignError): Refused => {
    const reason = 'too_many_attempts';
    tx.record(caller.tenant, entryOf(caller, 'challenge.answered', 'refused', { ...about, reason }));
    return { refused };
  };
  if (challenge.state !== 'pending') {
    // One that ended with the last guess of its user says as long why.
    const locked = challenge.state === 'failed' ? accounts.findExhaustion(place) : undefined;
    return locked === undefined ? refuse('wrong_state') : refuseExhausted(locked);
  }
  if (isOver(challenge, parts.clock.now())) {
    challenges.change(asked, { state: 'expired' });
    recordExpiry(tx, caller, challenge);
    return refuse('challenge_expired');
  }
  const device = found.devices.find(({ id }) => id === challenge.deviceId);
  if (device === undefined) return refuse('not_found');

  const exhausted = accounts.pay(place);
  if (exhausted !== undefined) return refuseExhausted(exhausted);
  const { policy } = caller.integration;
  const current = devices.current(device);
  const answer = withExamined(given, examined, current, challenge.kept);
  const usable = user.status !== 'inactive' && current.status === 'active' && isKindUsable(policy, current.kind);
  const issued = challenge.kept === undefined ? undefined : (JSON.parse(challenge.kept) as JsonObject);
  const weighed = usable
    ? weighAnswer(parts, caller, user, current, answer, issued, challenge.id)
    : { accepted: false as const, reason: 'not_permitted', fault: undefined };
  if (weighed.accepted) {
    accounts.forgive(place);
    devices.advance(device, weighed.advanced);
    const attemptsLeft = challenge.attemptsLeft - 1;
    const passed = challenges.change(asked, { state: 'passed', attemptsLeft });
    const detail = { method: weighed.method.name };
    const receipt = tx.record(caller.tenant, entryOf(caller, 'challenge.answered', 'accepted', { ...about, detail }));
    return {
      outcome: { accepted: true, user, device: weighed.device, method: weighed.method, receipt },
      challenge: passed,
    };
  }
  // Nothing was judged, so nothing is spent.
  if (weighed.fault !== undefined) {
    accounts.refund(place);
    tx.record(caller.tenant, entryOf(caller, 'challenge.answered', 'refused', { ...about, reason: weighed.reason }));
    return { refused: weighed.fault };
  }
  devices.supersede(caller.tenant, found.devices);
  const attemptsLeft = challenge.attemptsLeft - 1;
  const state = attemptsLeft > 0 ? 'pending' : 'failed';
  const left = challenges.change(asked, { state, attemptsLeft });
  tx.record(caller.tenant, entryOf(caller, 'challenge.answered', 'refused', { ...about, reason: weighed.reason }));
  if (accounts.isLocked(place)) locked.add(tx, caller, user);
  return { outcome: { accepted: false }, challenge: left };
}
