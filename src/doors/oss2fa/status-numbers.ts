import type { ChallengeState, EnrollmentState } from '../../core/model.ts';

/** What the wire knows of the state of an enrollment or a challenge. */
const statuses = { new: 1, inProgress: 2, complete: 3, failed: 4, expired: 5 } as const;

export const enrollmentStatus: Readonly<Record<EnrollmentState, number>> = {
  new: statuses.new,
  prepared: statuses.inProgress,
  completed: statuses.complete,
  failed: statuses.failed,
  cancelled: statuses.failed,
  expired: statuses.expired,
};

export const challengeStatus: Readonly<Record<ChallengeState, number>> = {
  pending: statuses.inProgress,
  passed: statuses.complete,
  failed: statuses.failed,
  denied: statuses.failed,
  expired: statuses.expired,
};
