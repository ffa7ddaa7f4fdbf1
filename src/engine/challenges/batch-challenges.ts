import type { Time } from '../../core/model.ts';
import { changeChallenges, type Executor, type StoredChallenge } from '../../store/index.ts';

/** The challenges of a batch while it is judged: each answer meets what the one before it has left. */
export interface BatchChallenges {
  /** A challenge that was read, as it is by now. */
  current(read: StoredChallenge): StoredChallenge;
  /** Answers it as it is then. */
  change(read: StoredChallenge, to: Partial<Pick<StoredChallenge, 'state' | 'attemptsLeft'>>): StoredChallenge;
  /** Writes them, if all are as they were read. False: somebody else was first with one of them; nothing may be committed then. */
  write(db: Executor, now: Time): Promise<boolean>;
}

export function batchChallenges(): BatchChallenges {
  const changed = new Map<string, { read: StoredChallenge; now: StoredChallenge }>();
  const current = (read: StoredChallenge) => changed.get(read.id)?.now ?? read;
  return {
    current,
    change: (read, to) => {
      const now = { ...current(read), ...to };
      changed.set(read.id, { read: changed.get(read.id)?.read ?? read, now });
      return now;
    },
    write: async (db, now) => {
      if (changed.size === 0) return true;
      const changes = [...changed.values()].map(({ read, now: { state, attemptsLeft } }) => ({
        challenge: read,
        state,
        attemptsLeft,
      }));
      return (await changeChallenges(db, changes, now)) === changed.size;
    },
  };
}
