import { CountersignError } from '../core/errors.ts';
import { newId } from '../core/ids.ts';
import type { BindingContext, Challenge, JsonObject, User } from '../core/model.ts';
import { isKindUsable } from '../core/policy/decide.ts';
import type { Policy } from '../core/policy/policy.ts';
import type { OutgoingMessage } from '../core/message.ts';
import type { Answer } from '../devices/index.ts';
import { findExhaustion, forgiveGuesses, payForGuess, payForMessage } from '../limits/index.ts';
import {
  endChallenge,
  findChallenge,
  findDevice,
  findUser,
  findUserByName,
  insertChallenge,
  listChallenges,
  listDevices,
  parsePage,
  reissueChallenge,
  spendChallengeAttempt,
  type StoredChallenge,
  type StoredDevice,
  voidChallenges,
} from '../store/index.ts';
import { deliverNow } from './deliver-now.ts';
import type { ChallengesEngine, IntegrationCaller, IssueChallengeOptions } from './engine.ts';
import { judgeAnswer } from './judge.ts';
import { kindContext, openDevice, requireKind } from './kind-access.ts';
import type { Refused, WriteContext } from './ledger.ts';
import { checkName, entryOf, type EngineParts, found } from './parts.ts';
import { type Accepted, guessPayer, toOutcome } from './verify.ts';

function refuse(code: 'wrong_state' | 'challenge_expired' | 'no_device' | 'user_inactive' | 'not_found'): Refused {
  return { refused: new CountersignError(code) };
}

/** The user's address when the challenge was issued. */
function askedFrom({ context }: StoredChallenge): string | undefined {
  return context === undefined ? undefined : (JSON.parse(context) as BindingContext).ip;
}

export function createChallenges(parts: EngineParts): ChallengesEngine {
  const { ledger, pipeline, clock, store } = parts;

  function present(stored: StoredChallenge): Challenge {
    const expired = stored.state === 'pending' && stored.expiresAt <= clock.now();
    return {
      id: stored.id,
      integrationId: stored.integrationId,
      userId: stored.userId,
      deviceId: stored.deviceId,
      kind: stored.kind,
      state: expired ? 'expired' : stored.state,
      attemptsLeft: stored.attemptsLeft,
      reference: stored.reference,
      ...(stored.shown === undefined ? {} : { shown: JSON.parse(stored.shown) as JsonObject }),
      ...(stored.failMode === undefined ? {} : { failMode: stored.failMode }),
      createdAt: stored.createdAt,
      expiresAt: stored.expiresAt,
    };
  }

  const find = async (tx: WriteContext, caller: IntegrationCaller, id: string) =>
    found(await findChallenge(tx.db, caller.tenant, caller.integration.id, id));

  /** Ends an expired challenge for good. Undefined: it has not expired. */
  async function endIfExpired(
    tx: WriteContext,
    caller: IntegrationCaller,
    stored: StoredChallenge,
  ): Promise<Refused | undefined> {
    const now = clock.now();
    if (stored.state !== 'pending' || stored.expiresAt > now) return undefined;
    if (await endChallenge(tx.db, stored, { state: 'expired' }, now)) {
      tx.record(
        caller.tenant,
        entryOf(caller, 'challenge.expired', 'failed', { objectId: stored.id, userId: stored.userId }),
      );
    }
    return refuse('challenge_expired');
  }

  /** The device that was named, or the one most recently used or enrolled among those the policy accepts. */
  function chooseDevice(caller: IntegrationCaller, devices: StoredDevice[], wanted: string | undefined) {
    const usable = devices.filter(
      (device) => device.status === 'active' && isKindUsable(caller.integration.policy, device.kind),
    );
    if (wanted !== undefined) return usable.find((device) => device.id === wanted);
    const latest = (device: StoredDevice) => device.lastUsedAt ?? device.createdAt;
    const byUse = usable.toSorted((a, b) => latest(b) - latest(a));
    return byUse.find((device) => device.kind !== 'recovery-codes') ?? byUse[0];
  }

  /** Asks the kind for what is to be sent and shown, and pays for the message. */
  async function issueFor(
    tx: WriteContext,
    caller: IntegrationCaller,
    user: User,
    device: StoredDevice,
    codeDigits: number | undefined,
  ): Promise<Refused | { kept?: string; shown?: string; deliver?: OutgoingMessage }> {
    const kind = requireKind(parts.kinds, device.kind);
    if (kind.issue === undefined) return {};
    const context = kindContext(parts, caller.integration, kind, user.name, codeDigits);
    const issued = kind.issue(openDevice(parts, device), context);
    if (issued.deliver !== undefined) {
      const refused = await payForMessage(tx.db, caller.tenant, issued.deliver, caller.integration.policy, clock.now());
      if (refused !== undefined) return { refused };
    }
    return {
      ...(issued.kept === undefined ? {} : { kept: JSON.stringify(issued.kept) }),
      ...(issued.shown === undefined ? {} : { shown: JSON.stringify(issued.shown) }),
      ...(issued.deliver === undefined ? {} : { deliver: issued.deliver }),
    };
  }

  /** Sends what is to be sent; when that fails the challenge has failed, and says what the integration's fail mode is. */
  async function send(
    caller: IntegrationCaller,
    stored: StoredChallenge,
    deliver: OutgoingMessage | undefined,
  ): Promise<Challenge> {
    if (deliver === undefined) return present(stored);
    try {
      await deliverNow(parts, caller, deliver, stored.id);
      return present(stored);
    } catch (error) {
      if (!(error instanceof CountersignError) || error.code !== 'delivery_failed') throw error;
    }
    return ledger.write(async (tx) => {
      const failMode = await effectiveFailMode(tx, caller, stored);
      await endChallenge(tx.db, stored, { state: 'failed', failMode }, clock.now());
      const about = { objectId: stored.id, userId: stored.userId, reason: 'delivery_failed', detail: { failMode } };
      tx.record(caller.tenant, entryOf(caller, 'challenge.failed', 'failed', about));
      return present(await find(tx, caller, stored.id));
    });
  }

  /**
   * `open` only where the user has no way to answer: whoever may choose the device must not choose one that cannot be reached to be let in
   * without the others.
   */
  async function effectiveFailMode(
    tx: WriteContext,
    caller: IntegrationCaller,
    { userId, deviceId }: StoredChallenge,
  ): Promise<Policy['failMode']> {
    const { policy } = caller.integration;
    if (policy.failMode === 'closed') return 'closed';
    const devices = await listDevices(tx.db, caller.tenant, userId);
    const reachable = devices.some(
      (device) =>
        device.id !== deviceId &&
        device.status === 'active' &&
        isKindUsable(policy, device.kind) &&
        parts.kinds.get(device.kind)?.issue === undefined,
    );
    return reachable ? 'closed' : 'open';
  }

  async function issue(caller: IntegrationCaller, options: IssueChallengeOptions): Promise<Challenge> {
    const name = checkName('user', options.user);
    const reference = options.reference ?? '';
    if (reference.length > 128) {
      throw new CountersignError('invalid_parameters', {
        issues: [{ path: 'reference', message: 'must have at most 128 characters' }],
      });
    }
    const { policy, realmId } = caller.integration;
    const { stored, deliver } = await ledger.write(async (tx) => {
      const now = clock.now();
      const user = await findUserByName(tx.db, caller.tenant, realmId, name);
      if (user === undefined) return refuse('not_found');
      if (user.status === 'inactive') return refuse('user_inactive');
      const exhausted = await findExhaustion(tx.db, guessPayer(caller, name, options.context?.ip), policy, now);
      if (exhausted !== undefined) return { refused: exhausted };
      const device = chooseDevice(caller, await listDevices(tx.db, caller.tenant, user.id), options.deviceId);
      if (device === undefined) return refuse('no_device');
      const issued = await issueFor(tx, caller, user, device, options.codeDigits);
      if ('refused' in issued) return issued;
      // A code that was sent before is void as soon as a new one is on its way.
      if (issued.deliver !== undefined) await voidChallenges(tx.db, caller.tenant, device.id, now);
      const challenge: StoredChallenge = {
        tenantId: caller.tenant,
        id: newId(parts.random, 'challenge'),
        integrationId: caller.integration.id,
        userId: user.id,
        deviceId: device.id,
        kind: device.kind,
        state: 'pending',
        attemptsLeft: Math.min(options.attempts ?? policy.challenge.attempts, policy.challenge.attempts),
        resendsLeft: policy.challenge.resends,
        codeDigits: options.codeDigits,
        reference,
        kept: issued.kept,
        shown: issued.shown,
        failMode: undefined,
        context: options.context === undefined ? undefined : JSON.stringify(options.context),
        version: 1,
        createdAt: now,
        expiresAt: now + policy.challenge.lifeSeconds * 1000,
      };
      await insertChallenge(tx.db, challenge);
      const about = { objectId: challenge.id, userId: user.id, deviceId: device.id };
      tx.record(caller.tenant, entryOf(caller, 'challenge.issued', 'done', about));
      return { stored: challenge, deliver: issued.deliver };
    });
    return send(caller, stored, deliver);
  }

  async function answer(caller: IntegrationCaller, id: string, given: Answer, context?: BindingContext) {
    const answered = await pipeline.runAlone((tx) => answerIn(tx, caller, id, given, context));
    return {
      outcome: answered.outcome.accepted ? toOutcome(answered.outcome) : answered.outcome,
      challenge: present(answered.challenge),
    };
  }

  async function answerIn(
    tx: WriteContext,
    caller: IntegrationCaller,
    id: string,
    given: Answer,
    context: BindingContext | undefined,
  ): Promise<Refused | { outcome: Accepted | { accepted: false }; challenge: StoredChallenge }> {
    const now = clock.now();
    const { policy, realmId } = caller.integration;
    // A refusal is a value here: what is thrown makes the whole batch be judged again, one by one.
    const challenge = await findChallenge(tx.db, caller.tenant, caller.integration.id, id);
    if (challenge === undefined) return refuse('not_found');
    const expired = await endIfExpired(tx, caller, challenge);
    if (expired !== undefined) return expired;
    if (challenge.state !== 'pending') return refuse('wrong_state');
    const user = await findUser(tx.db, caller.tenant, realmId, challenge.userId);
    const device = await findDevice(tx.db, caller.tenant, challenge.deviceId);
    if (user === undefined || device === undefined) return refuse('not_found');

    // A door whose answers do not say where the user is has said so when it asked.
    const payer = guessPayer(caller, user.name, context?.ip ?? askedFrom(challenge));
    const exhausted = await payForGuess(tx.db, payer, policy, now);
    if (exhausted !== undefined) {
      const about = { objectId: id, userId: user.id, deviceId: device.id, reason: 'too_many_attempts' };
      tx.record(caller.tenant, entryOf(caller, 'challenge.answered', 'refused', about));
      return { refused: exhausted };
    }
    if (!(await spendChallengeAttempt(tx.db, challenge, now))) return refuse('wrong_state');

    const about = { objectId: id, userId: user.id, deviceId: device.id };
    const usable = user.status !== 'inactive' && device.status === 'active' && isKindUsable(policy, device.kind);
    const issued = challenge.kept === undefined ? undefined : (JSON.parse(challenge.kept) as JsonObject);
    const judged = usable
      ? await judgeAnswer(parts, tx.db, caller, user, device, issued, given)
      : { accepted: false as const, reason: 'not_permitted', fault: undefined };
    // Nothing was judged, so nothing is spent.
    if (!judged.accepted && judged.fault !== undefined) throw judged.fault;
    if (judged.accepted && (await endChallenge(tx.db, challenge, { state: 'passed' }, now))) {
      await forgiveGuesses(tx.db, payer, policy);
      const detail = { method: judged.method.name };
      const receipt = tx.record(caller.tenant, entryOf(caller, 'challenge.answered', 'accepted', { ...about, detail }));
      const { device: shownDevice, method } = judged;
      return {
        outcome: { accepted: true, user, device: shownDevice, method, receipt },
        challenge: { ...challenge, attemptsLeft: challenge.attemptsLeft - 1, state: 'passed' },
      };
    }

    // Read again: others may have answered between the reading and the paying.
    const { attemptsLeft } = await find(tx, caller, id);
    const state = attemptsLeft > 0 ? 'pending' : 'failed';
    if (state === 'failed') await endChallenge(tx.db, challenge, { state }, now);
    const reason = judged.accepted ? 'changed_meanwhile' : judged.reason;
    tx.record(caller.tenant, entryOf(caller, 'challenge.answered', 'refused', { ...about, reason }));
    return { outcome: { accepted: false }, challenge: { ...challenge, attemptsLeft, state } };
  }

  async function resend(caller: IntegrationCaller, id: string): Promise<Challenge> {
    const { stored, deliver } = await ledger.write(async (tx) => {
      const challenge = await find(tx, caller, id);
      const expired = await endIfExpired(tx, caller, challenge);
      if (expired !== undefined) return expired;
      if (challenge.state !== 'pending') return refuse('wrong_state');
      if (challenge.resendsLeft <= 0) return { refused: new CountersignError('too_many_messages') };
      const user = await findUser(tx.db, caller.tenant, caller.integration.realmId, challenge.userId);
      const device = await findDevice(tx.db, caller.tenant, challenge.deviceId);
      if (user === undefined || device === undefined) return refuse('not_found');
      if (user.status === 'inactive' || device.status !== 'active') return refuse('no_device');
      const issued = await issueFor(tx, caller, user, device, challenge.codeDigits);
      if ('refused' in issued) return issued;
      if (issued.deliver === undefined) return refuse('wrong_state');
      if (!(await reissueChallenge(tx.db, challenge, { kept: issued.kept, shown: issued.shown }, clock.now()))) {
        return refuse('wrong_state');
      }
      const about = { objectId: id, userId: user.id, deviceId: device.id };
      tx.record(caller.tenant, entryOf(caller, 'challenge.resent', 'done', about));
      return { stored: await find(tx, caller, id), deliver: issued.deliver };
    });
    return send(caller, stored, deliver);
  }

  async function end(
    caller: IntegrationCaller,
    id: string,
    state: 'failed' | 'denied',
    reason: string,
  ): Promise<{ challenge: Challenge; changed: boolean }> {
    return ledger.write(async (tx) => {
      const challenge = await find(tx, caller, id);
      const changed = await endChallenge(tx.db, challenge, { state }, clock.now());
      if (changed) {
        const about = { objectId: id, userId: challenge.userId, deviceId: challenge.deviceId, reason };
        tx.record(caller.tenant, entryOf(caller, `challenge.${state}`, 'refused', about));
      }
      return { challenge: present(await find(tx, caller, id)), changed };
    });
  }

  return {
    issue,
    answer,
    resend,
    get: async (caller, id) =>
      present(found(await store.read((db) => findChallenge(db, caller.tenant, caller.integration.id, id)))),
    list: async (caller, options = {}) =>
      store.read(async (db) => {
        const { realmId } = caller.integration;
        const name = options.user?.normalize('NFC');
        const user = name === undefined ? undefined : await findUserByName(db, caller.tenant, realmId, name);
        if (options.user !== undefined && user === undefined) return { items: [] };
        const filter = {
          ...(options.state === undefined ? {} : { state: options.state }),
          ...(user === undefined ? {} : { userId: user.id }),
        };
        const page = await listChallenges(
          db,
          caller.tenant,
          caller.integration.id,
          parsePage(options),
          filter,
          clock.now(),
        );
        return { ...page, items: page.items.map(present) };
      }),
    deny: async (caller, id) => {
      const { challenge, changed } = await end(caller, id, 'denied', 'denied_by_user');
      if (!changed) throw new CountersignError('wrong_state');
      return challenge;
    },
    fail: async (caller, id, reason) => (await end(caller, id, 'failed', reason)).challenge,
  };
}
