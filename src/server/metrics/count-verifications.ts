import { CountersignError } from '../../core/errors.ts';
import type { Engine } from '../../engine/engine.ts';
import type { ServerMetrics } from './server-metrics.ts';

/** The same engine, whose verdicts are counted. */
export function countVerifications(engine: Engine, metrics: Pick<ServerMetrics, 'countVerification'>): Engine {
  type Operation = Parameters<ServerMetrics['countVerification']>[0];

  async function counted<T>(operation: Operation, judged: Promise<T>, isAccepted: (result: T) => boolean): Promise<T> {
    try {
      const result = await judged;
      metrics.countVerification(operation, isAccepted(result) ? 'accepted' : 'refused');
      return result;
    } catch (error) {
      const throttled = error instanceof CountersignError && error.code === 'too_many_attempts';
      metrics.countVerification(operation, throttled ? 'throttled' : 'failed');
      throw error;
    }
  }

  return {
    ...engine,
    verify: (...call) => counted('verify', engine.verify(...call), (outcome) => outcome.accepted),
    challenges: {
      ...engine.challenges,
      answer: (...call) => counted('challenge', engine.challenges.answer(...call), ({ outcome }) => outcome.accepted),
    },
    passkeys: {
      ...engine.passkeys,
      finish: (...call) => counted('passkey', engine.passkeys.finish(...call), ({ accepted }) => accepted),
    },
    enrollments: {
      ...engine.enrollments,
      complete: (...call) => counted('enrollment', engine.enrollments.complete(...call), ({ accepted }) => accepted),
    },
  };
}
