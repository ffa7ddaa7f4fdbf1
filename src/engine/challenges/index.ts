import { CountersignError } from '../../core/errors.ts';
import type { Challenge, Page } from '../../core/model.ts';
import { endChallenge, findChallenge, findUserByName, listChallenges, parsePage } from '../../store/index.ts';
import type { ChallengesEngine, IntegrationCaller } from '../engine.ts';
import { entryOf, type EngineParts, found } from '../parts.ts';
import { createAnswerChallenge } from './answer-challenge.ts';
import { createIssueChallenge } from './issue-challenge.ts';
import { createListForDevice } from './list-for-device.ts';
import { requireChallenge } from './open-challenge.ts';
import { presentChallenge } from './present-challenge.ts';
import { raiseAlarm } from './raise-alarm.ts';
import { createResendChallenge } from './resend-challenge.ts';

export function createChallenges(parts: EngineParts): ChallengesEngine {
  const { ledger, clock, store } = parts;

  async function end(
    caller: IntegrationCaller,
    id: string,
    state: 'failed' | 'denied',
    reason: string,
  ): Promise<{ challenge: Challenge; changed: boolean }> {
    return ledger.write(async (tx) => {
      const challenge = await requireChallenge(tx, caller, id);
      const changed = await endChallenge(tx.db, challenge, { state }, clock.now());
      if (changed) {
        const { userId, deviceId } = challenge;
        const about = { objectId: id, userId, deviceId, reason };
        tx.record(caller.tenant, entryOf(caller, `challenge.${state}`, 'refused', about));
        if (state === 'denied') await raiseAlarm(parts, tx, caller, challenge);
      }
      return { challenge: presentChallenge(await requireChallenge(tx, caller, id), clock.now()), changed };
    });
  }

  return {
    issue: createIssueChallenge(parts),
    answer: createAnswerChallenge(parts),
    resend: createResendChallenge(parts),
    listForDevice: createListForDevice(parts),
    get: async (caller, id) =>
      presentChallenge(
        found(await store.read((db) => findChallenge(db, caller.tenant, caller.integration.id, id))),
        clock.now(),
      ),
    list: async (caller, options = {}): Promise<Page<Challenge>> =>
      store.read(async (db) => {
        const { tenant, integration } = caller;
        const name = options.user?.normalize('NFC');
        const user = name === undefined ? undefined : await findUserByName(db, tenant, integration.realmId, name);
        if (options.user !== undefined && user === undefined) return { items: [] };
        const filter = {
          ...(options.state === undefined ? {} : { state: options.state }),
          ...(user === undefined ? {} : { userId: user.id }),
        };
        const now = clock.now();
        const page = await listChallenges(db, tenant, integration.id, parsePage(options), filter, now);
        return { ...page, items: page.items.map((stored) => presentChallenge(stored, now)) };
      }),
    deny: async (caller, id) => {
      const { challenge, changed } = await end(caller, id, 'denied', 'denied_by_user');
      if (!changed) throw new CountersignError('wrong_state');
      return challenge;
    },
    fail: async (caller, id, reason) => (await end(caller, id, 'failed', reason)).challenge,
  };
}
