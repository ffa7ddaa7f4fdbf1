import type { Executor } from '../open-store.ts';
import { voidExpiredMessages, voidMessages } from './outbox.ts';

/** What {@link sweep} removed. */
export interface Swept {
  enrollments: number;
  challenges: number;
  budgets: number;
  idempotency: number;
}

/** Forgets the secrets of enrollments that ran out, and removes what is older than `olderThan`. The audit trail is never swept. */
export async function sweepStore(db: Executor, now: number, olderThan: number): Promise<Swept> {
  await db
    .updateTable('enrollments')
    .set({ state: 'expired', prepared: null, shown: null, updated_at: now })
    .where('state', 'in', ['new', 'prepared'])
    .where('expires_at', '<=', now)
    .execute();
  await db
    .updateTable('challenges')
    .set({ state: 'expired', kept: null, shown: null, updated_at: now })
    .where('state', '=', 'pending')
    .where('expires_at', '<=', now)
    .execute();
  const enrollments = await db.deleteFrom('enrollments').where('expires_at', '<', olderThan).executeTakeFirst();
  const challenges = await db.deleteFrom('challenges').where('expires_at', '<', olderThan).executeTakeFirst();
  await db.deleteFrom('spent').where('expires_at', '<=', now).execute();
  await db.deleteFrom('trusted_browsers').where('expires_at', '<=', now).execute();
  await voidExpiredMessages(db, now);
  await db.deleteFrom('outbox').where('expires_at', '<', olderThan).execute();
  const idempotency = await db.deleteFrom('idempotency').where('expires_at', '<=', now).executeTakeFirst();
  // Users' wrong answers in a row are kept much longer than their window: a slow guesser must not be forgiven by the clock.
  const budgets = await db
    .deleteFrom('budgets')
    .where((e) =>
      e.or([
        e('window_ends_at', '<', olderThan),
        e.and([e('window_ends_at', '<', now), e('subject', 'not like', 'factor:%')]),
      ]),
    )
    .executeTakeFirst();
  return {
    enrollments: Number(enrollments.numDeletedRows),
    challenges: Number(challenges.numDeletedRows),
    budgets: Number(budgets.numDeletedRows),
    idempotency: Number(idempotency.numDeletedRows),
  };
}

/** Ends everything that was under way when the backup was taken: its codes may have been used since. */
export async function expireUnfinished(db: Executor, now: number): Promise<void> {
  await db
    .updateTable('enrollments')
    .set({ state: 'expired', prepared: null, shown: null, updated_at: now })
    .where('state', 'in', ['new', 'prepared'])
    .execute();
  await db
    .updateTable('challenges')
    .set({ state: 'expired', kept: null, shown: null, updated_at: now })
    .where('state', '=', 'pending')
    .execute();
  // What was waiting then has been sent since, or is of no use.
  await voidMessages(db, now);
}
