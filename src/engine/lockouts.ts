import type { Time, User } from '../core/model.ts';
import { endPendingChallenges, type Executor } from '../store/index.ts';
import type { IntegrationCaller } from './engine.ts';
import type { WriteContext } from './ledger.ts';
import { entryOf } from './parts.ts';

/** The users whose last guess a batch has spent. */
export interface Lockouts {
  /** Tells the trail, once. */
  add(tx: WriteContext, caller: IntegrationCaller, user: User): void;
  /** Ends the challenges that were begun before: what was open before a lock is not open behind it (BF-14). */
  write(db: Executor, now: Time): Promise<void>;
}

export function lockouts(): Lockouts {
  const users = new Map<string, User>();
  return {
    add: (tx, caller, user) => {
      if (users.has(user.id)) return;
      users.set(user.id, user);
      const about = { userId: user.id, reason: 'too_many_attempts' };
      tx.record(caller.tenant, entryOf(caller, 'user.locked', 'done', about));
    },
    write: async (db, now) => {
      for (const { tenantId, id } of users.values())
        await endPendingChallenges(db, tenantId, { column: 'user_id', id }, 'failed', now);
    },
  };
}
