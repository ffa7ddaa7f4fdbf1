import type { User } from '../core/model.ts';
import { endPendingChallenges } from '../store/index.ts';
import type { IntegrationCaller } from './engine.ts';
import type { WriteContext } from './ledger.ts';
import { notifyUser } from './notices/notify-user.ts';
import { entryOf, type EngineParts } from './parts.ts';

/** The users whose last guess a batch has spent. */
export interface Lockouts {
  /** Tells the trail, once. */
  add(tx: WriteContext, caller: IntegrationCaller, user: User): void;
  /** Ends the challenges that were begun before: what was open before a lock is not open behind it (BF-14). Tells the users. */
  write(tx: WriteContext, parts: EngineParts): Promise<void>;
}

export function lockouts(): Lockouts {
  const users = new Map<string, { user: User; caller: IntegrationCaller }>();
  return {
    add: (tx, caller, user) => {
      if (users.has(user.id)) return;
      users.set(user.id, { user, caller });
      const about = { userId: user.id, reason: 'too_many_attempts' };
      tx.record(caller.tenant, entryOf(caller, 'user.locked', 'done', about));
    },
    write: async (tx, parts) => {
      for (const { user, caller } of users.values()) {
        const { tenantId, id } = user;
        await endPendingChallenges(tx.db, tenantId, { column: 'user_id', id }, 'failed', parts.clock.now());
        await notifyUser(tx, parts, caller, user, { event: 'user_locked' });
      }
    },
  };
}
